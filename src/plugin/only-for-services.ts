import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { onlyAround } from "../transport/only-around.ts";

/** Limits an interceptor to the calls of `services`: it does not run around calls of go-plugin's services. */
export function onlyForServices(services: readonly DescService[], interceptor: Interceptor): Interceptor {
  const names = new Set(services.map((service) => service.typeName));
  return onlyAround(interceptor, (service) => names.has(service.typeName));
}
