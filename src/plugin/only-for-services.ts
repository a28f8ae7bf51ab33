import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";

/** The interceptor, but only around the calls of `services`: go-plugin's housekeeping passes it by. */
export function onlyForServices(services: readonly DescService[], interceptor: Interceptor): Interceptor {
  const names = new Set(services.map((service) => service.typeName));
  return (next) => {
    const intercepted = interceptor(next);
    return (request) => (names.has(request.service.typeName) ? intercepted(request) : next(request));
  };
}
