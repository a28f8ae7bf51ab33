import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type DatasourcePlugin,
  type QueryResultSchema,
  RowValue_Kind,
  type RowValueSchema,
  type TableSchema,
  type TimeSeriesSchema,
} from "grafana-plugin-protocol/v1";
import type { Queries } from "./answer-queries.ts";
import type { Field, Frame } from "./frame.ts";
import type { Range } from "./select-rows.ts";

/** The same queries for hosts that speak protocol 1, which has series and tables instead of frames. */
export function createDatasource(queries: Queries): Partial<ServiceImpl<typeof DatasourcePlugin>> {
  return {
    query(request) {
      const { fromEpochMs: from = 0n, toEpochMs: to = BigInt(Date.now()) } = request.timeRange ?? {};
      return {
        results: request.queries.map(({ refId, modelJson }) => result(refId, modelJson, { from, to })),
      };
    },
  };

  function result(
    refId: string,
    modelJson: string,
    range: Range,
  ): MessageInitShape<typeof QueryResultSchema> {
    const answer = queries.answer(modelJson, range);
    if ("error" in answer) return { refId, error: answer.error };
    return answer.format === "table"
      ? { refId, tables: answer.frames.map(toTable) }
      : { refId, series: answer.frames.flatMap(toSeries) };
  }
}

/** One series for each field of numbers. A point cannot be null there, so it is left out. */
function toSeries({ fields }: Frame): MessageInitShape<typeof TimeSeriesSchema>[] {
  const times = fields.find((field) => field.kind === "time")?.values ?? [];
  return fields.flatMap(({ name, kind, labels, values }) => {
    if (kind !== "float64") return [];
    const points = times.map((time, row) => ({ timestamp: BigInt(time), value: values[row] ?? Number.NaN }));
    return [{ name, tags: { ...labels }, points: points.filter(({ value }) => Number.isFinite(value)) }];
  });
}

function toTable({ fields }: Frame): MessageInitShape<typeof TableSchema> {
  const rows = fields[0]?.values.map((_, row) => ({ values: fields.map((field) => toRowValue(field, row)) }));
  return { columns: fields.map(({ name }) => ({ name })), rows: rows ?? [] };
}

function toRowValue(field: Field, row: number): MessageInitShape<typeof RowValueSchema> {
  const value = field.values[row] ?? null;
  if (value === null) return { kind: RowValue_Kind.TYPE_NULL };
  if (typeof value === "string") return { kind: RowValue_Kind.TYPE_STRING, stringValue: value };
  return field.kind === "time"
    ? { kind: RowValue_Kind.TYPE_INT64, int64Value: BigInt(value) }
    : { kind: RowValue_Kind.TYPE_DOUBLE, doubleValue: value };
}
