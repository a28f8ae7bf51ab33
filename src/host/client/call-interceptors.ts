import type { Interceptor } from "@connectrpc/connect";
import { isGoPluginService } from "../../go-plugin/services/go-plugin-services.ts";
import { onlyAround } from "../../transport/only-around.ts";

/**
 * The interceptors around the calls of a connection to a plugin, the first one or a brokered one, outermost first: the
 * caller's, the limit, the guard. A call that an interceptor answers itself does not count towards the limit.
 * go-plugin's own calls neither pass the caller's interceptors nor count.
 */
export function callInterceptors(
  interceptors: readonly Interceptor[],
  limit: Interceptor,
  guard: Interceptor,
): readonly Interceptor[] {
  const around = [...interceptors, limit].map((interceptor) =>
    onlyAround(interceptor, (service) => !isGoPluginService(service)),
  );
  return [...around, guard];
}
