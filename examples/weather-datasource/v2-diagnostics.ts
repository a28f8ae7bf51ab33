import type { DatabaseSync } from "node:sqlite";
import type { ServiceImpl } from "@connectrpc/connect";
import { CheckHealthResponse_HealthStatus, type Diagnostics } from "grafana-plugin-protocol/v2";
import type { Queries } from "./answer-queries.ts";

/** The "Save & test" button of a data source, and the plugin's metrics. */
export function createDiagnostics(
  database: DatabaseSync,
  queries: Queries,
): Partial<ServiceImpl<typeof Diagnostics>> {
  const encoder = new TextEncoder();
  const summary = database.prepare(
    "select count(*) as rows, count(distinct location) as places from weather",
  );
  return {
    checkHealth() {
      const { rows, places } = summary.get() ?? {};
      return {
        status: CheckHealthResponse_HealthStatus.OK,
        message: `${rows} days of weather in ${places} places`,
        jsonDetails: encoder.encode(JSON.stringify({ rows, places })),
      };
    },
    collectMetrics: () => ({ metrics: { prometheus: encoder.encode(queries.metrics()) } }),
  };
}
