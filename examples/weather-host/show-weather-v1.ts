import type { PluginClient } from "grafana-plugin-protocol";
import { type RowValue, RowValue_Kind, type v1 } from "grafana-plugin-protocol/v1";
import { drawChart, drawTable } from "./draw.ts";
import { from, monthlySeries, to, yearlyTable } from "./queries.ts";

/** The same two queries by protocol 1, which has no health and no streams. */
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
    for (const { columns, rows } of tables) {
      drawTable(
        columns.map(({ name }) => name),
        rows.map(({ values }) => values.map(readCell)),
      );
    }
    for (const { tags, points } of series) {
      drawChart(
        `${tags["place"]}, °C by month`,
        points.map(({ value }) => value),
      );
    }
  }
}

function readCell(cell: RowValue): unknown {
  switch (cell.kind) {
    case RowValue_Kind.TYPE_NULL:
      return null;
    case RowValue_Kind.TYPE_DOUBLE:
      return cell.doubleValue;
    case RowValue_Kind.TYPE_INT64:
      return cell.int64Value;
    case RowValue_Kind.TYPE_BOOL:
      return cell.boolValue;
    case RowValue_Kind.TYPE_STRING:
      return cell.stringValue;
    case RowValue_Kind.TYPE_BYTES:
      return cell.bytesValue;
  }
}
