import type { GoCall } from "./call-plugin.ts";
import { simpleJsonCases } from "./cases.ts";

/** The cases as calls of protocol 1, for a JSON server at `url`. */
export function v1Calls(url: string): GoCall[] {
  return Object.values(simpleJsonCases).map((models) => ({
    method: "/models.DatasourcePlugin/Query",
    request: {
      datasource: { id: "1", orgId: "1", name: "json", type: "example-simple-json-datasource", url },
      timeRange: {
        fromRaw: "1700000000000",
        toRaw: "1700003600000",
        fromEpochMs: "1700000000000",
        toEpochMs: "1700003600000",
      },
      queries: Object.entries(models).map(([refId, model]) => ({
        refId,
        intervalMs: "1000",
        maxDataPoints: "100",
        modelJson: typeof model === "string" ? model : JSON.stringify({ refId, datasourceId: 1, ...model }),
      })),
    },
  }));
}
