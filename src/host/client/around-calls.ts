import { isGoPluginService } from "../../go-plugin/services/go-plugin-services.ts";
import type { CallGuard } from "../../transport/call-guard.ts";
import { onlyAround } from "../../transport/only-around.ts";
import type { DialOptions } from "../../transport/socket-transport.ts";

/**
 * The interceptors and guards of a connection to a plugin, the first one or a brokered one. From the outside in: the
 * caller's interceptors, the limit, `guards`. A call that an interceptor answers itself does not count towards the
 * limit. go-plugin's own calls neither pass the caller's interceptors nor count.
 */
export function aroundCalls(
  interceptors: NonNullable<DialOptions["interceptors"]>,
  limit: CallGuard,
  guards: readonly CallGuard[],
): Pick<DialOptions, "guards" | "interceptors"> {
  return {
    interceptors: interceptors.map((interceptor) => onlyAround(interceptor, isPluginService)),
    guards: [{ ...limit, isFor: ({ parent }) => isPluginService(parent) }, ...guards],
  };
}

function isPluginService(service: Parameters<typeof isGoPluginService>[0]): boolean {
  return !isGoPluginService(service);
}
