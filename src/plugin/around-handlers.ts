import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { CallGuard } from "../transport/call-guard.ts";
import { onlyAround } from "../transport/only-around.ts";
import type { ListenOptions } from "../transport/socket-transport.ts";

/** Guards and interceptors of the handlers of a connection. */
export type AroundHandlers = Pick<ListenOptions, "guards" | "interceptors">;

/**
 * Limits guards and interceptors to the handlers of `services`, so that go-plugin's own calls do not count and have no
 * interceptors.
 *
 * @param outer around all handlers
 */
export function aroundHandlers(
  services: readonly DescService[],
  outer: readonly CallGuard[],
  guards: readonly CallGuard[],
  interceptors: NonNullable<ListenOptions["interceptors"]>,
): AroundHandlers {
  const names = new Set(services.map((service) => service.typeName));
  const isPluginService = (service: DescService): boolean => names.has(service.typeName);
  return {
    guards: [
      ...outer,
      ...guards.map((guard) => ({ ...guard, isFor: ({ parent }: DescMethod) => isPluginService(parent) })),
    ],
    interceptors: interceptors.map((interceptor) => onlyAround(interceptor, isPluginService)),
  };
}
