import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";

/** Limits an interceptor to the calls of services that `isMeant` accepts. */
export function onlyAround(
  interceptor: Interceptor,
  isMeant: (service: DescService) => boolean,
): Interceptor {
  return (next) => {
    const intercepted = interceptor(next);
    return (request) => (isMeant(request.service) ? intercepted(request) : next(request));
  };
}
