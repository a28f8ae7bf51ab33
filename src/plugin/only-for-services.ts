import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { onlyAround } from "../transport/only-around.ts";

/** The interceptor, but only around the calls of `services`: go-plugin's housekeeping passes it by. */
export function onlyForServices(services: readonly DescService[], interceptor: Interceptor): Interceptor {
  const names = new Set(services.map((service) => service.typeName));
  return onlyAround(interceptor, (service) => names.has(service.typeName));
}
