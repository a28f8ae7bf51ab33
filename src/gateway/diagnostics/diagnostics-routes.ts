import { jsonObject, jsonText } from "../../compat/go-json.ts";
import { type FindTarget, targetById, targetByPlugin, targetByUid } from "../calls/target.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { jsonAnswer } from "../http/answers.ts";
import type { Route } from "../http/route.ts";
import { checkHealth } from "./answer-health.ts";
import { collectMetrics } from "./collect-metrics.ts";

/** Health and metrics of data sources and plugins under `/api`. */
export function diagnosticsRoutes(core: GatewayCore): readonly Route[] {
  const health = (pattern: string, find: FindTarget): Route => ({
    method: "GET",
    pattern,
    handle: async (call) => {
      const { httpStatus, status, message, details } = await checkHealth(core, call, find(core, call.params));
      return jsonAnswer(
        httpStatus,
        jsonObject({ details, message: jsonText(message), status: jsonText(status) }),
      );
    },
  });
  return [
    health("/api/datasources/uid/:uid/health", targetByUid),
    health("/api/datasources/:id/health", targetById),
    health("/api/plugins/:pluginId/health", targetByPlugin),
    {
      method: "GET",
      pattern: "/api/plugins/:pluginId/metrics",
      handle: (call) => collectMetrics(core, call, targetByPlugin(core, call.params)),
    },
  ];
}
