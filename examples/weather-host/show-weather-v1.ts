import type { PluginClient } from "grafana-plugin-protocol";
import { seriesToFrame, tableToFrame, type v1 } from "grafana-plugin-protocol/v1";
import { drawCharts, drawTable } from "./draw.ts";
import { from, monthlySeries, to, yearlyTable } from "./queries.ts";

/** The same two queries by protocol 1, which has no health, no chunks and no streams. */
export async function showQueriesV1({ datasource }: PluginClient<typeof v1>): Promise<void> {
  const { results } = await datasource.query({
    timeRange: { fromEpochMs: from, toEpochMs: to },
    queries: [
      { refId: "years", modelJson: JSON.stringify(yearlyTable) },
      { refId: "months", modelJson: JSON.stringify(monthlySeries) },
    ],
  });
  for (const { refId, error, tables, series } of results) {
    if (error !== "") throw new Error(`query ${refId} failed: ${error}`);
    for (const table of tables) drawTable(tableToFrame(table));
    for (const one of series) drawCharts(seriesToFrame(one));
  }
}
