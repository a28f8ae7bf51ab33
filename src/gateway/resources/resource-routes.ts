import { type FindTarget, targetById, targetByPlugin, targetByUid } from "../calls/target.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { withoutLastSlash } from "../http/create-router.ts";
import type { Route } from "../http/route.ts";
import { answerResource } from "./answer-resource.ts";

/** Resources of data sources and plugins under `/api`. */
export function resourceRoutes(core: GatewayCore): readonly Route[] {
  const resources = (pattern: string, find: FindTarget): Route => ({
    method: "*",
    pattern,
    // Plugins of a Grafana never see the slash, so most have no route with it.
    handle: (call) => answerResource(core, call, find(core, call.params), withoutLastSlash(call.rest)),
  });
  return [
    resources("/api/datasources/uid/:uid/resources/*", targetByUid),
    resources("/api/datasources/:id/resources/*", targetById),
    resources("/api/plugins/:pluginId/resources/*", targetByPlugin),
  ];
}
