import type { Interceptor } from "@connectrpc/connect";
import { isGoPluginService } from "../../goplugin/services/go-plugin-services.ts";
import { onlyAround } from "../../transport/only-around.ts";

/**
 * What stands around the calls of any connection to a plugin, the first and brokered ones, outermost first: the caller's
 * interceptors, the limit, the guard. A call that an interceptor answers itself takes no place, and go-plugin's own calls
 * neither pass the interceptors nor count.
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
