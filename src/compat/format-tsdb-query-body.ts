import {
  type DatasourceResponse,
  type QueryResult,
  type RowValue,
  RowValue_Kind,
  type Table,
  type TimeSeries,
} from "../../gen/es/v1/models/datasource_pb.js";
import {
  DataFrameFormat,
  type DataResponse,
  type QueryDataResponse,
} from "../../gen/es/v2/pluginv2/backend_pb.js";
import { decodeFrame, encodeFrame } from "../frames/frame-codec.ts";
import { FrameError } from "../frames/frame-error.ts";
import { toBase64 } from "../v1/frames/base64.ts";
import { jsonDecimal, jsonList, jsonMap, jsonNumber, jsonObject, jsonText, respellJson } from "./go-json.ts";
import { isV1Answer, type QueryBody, type QueryResponse } from "./query-body.ts";

/**
 * Writes the body that Grafana 7 and Plutono send to their frontend for `POST /api/tsdb/query` (and for `/api/ds/query`
 * with a line break after it, see {@link formatDsQueryBody}): series and tables of a v1 plugin, Arrow frames in base64
 * of a v2 plugin. Frames that came as JSON are written as Arrow, because that frontend reads nothing else; Arrow is
 * passed on unread.
 *
 * The status is 400 when a query failed, with its error as `message` too, else 200. NaN is null. Meta of a v1 query
 * that is not JSON is left out, as by hosts. Of several results for one refId the last counts.
 *
 * @throws FrameError `v1_unsupported` for an infinity and for a table cell of unknown kind, which fail the whole
 *   request: hosts then answer as {@link formatFailedQueryBody}. Frames in JSON may throw others.
 * @see plutono pkg/plugins/datasource/wrapper, pkg/tsdb/models.go, pkg/api/metrics.go
 */
export async function formatTsdbQueryBody(answer: QueryResponse): Promise<QueryBody> {
  return tsdbBody(await formatTsdbResults(answer));
}

/** The body for results of one or several data sources. */
export function tsdbBody(results: ReadonlyMap<string, TsdbResult>): QueryBody {
  const failed = [...results.values()].find(({ error }) => error !== "");
  const body = jsonObject({
    results: jsonMap([...results].map(([refId, { json }]) => [refId, json])),
    message: failed && jsonText(failed.error),
  });
  return { status: failed === undefined ? 200 : 400, body };
}

/** A query's result as JSON, and its error, empty for none. */
export interface TsdbResult {
  readonly error: string;
  readonly json: string;
}

/**
 * The entries of `results` in the body of `/api/tsdb/query`, for a host that asked several data sources.
 *
 * @throws FrameError as {@link formatTsdbQueryBody}.
 */
export async function formatTsdbResults(answer: QueryResponse): Promise<Map<string, TsdbResult>> {
  return isV1Answer(answer) ? v1Results(answer) : v2Results(answer);
}

/** The entry of a query whose data source did not answer. */
export function failedTsdbResult(refId: string, error: string): TsdbResult {
  const json = jsonObject({
    error: jsonText(error),
    refId: jsonText(refId),
    series: "null",
    tables: "null",
    dataframes: "[]",
  });
  return { error, json };
}

function v1Results({ results }: DatasourceResponse): Map<string, TsdbResult> {
  return new Map(results.map((result) => [result.refId, { error: result.error, json: v1Result(result) }]));
}

function v1Result({ error, refId, metaJson, series, tables }: QueryResult): string {
  return jsonObject({
    error: error === "" ? undefined : jsonText(error),
    refId: jsonText(refId),
    meta: respellJson(metaJson),
    series: jsonList(series.map((one, index) => v1Series(one, `result "${refId}", series ${index}`))),
    tables:
      tables.length === 0
        ? "null"
        : jsonList(tables.map((table, index) => v1Table(table, `result "${refId}", table ${index}`))),
    dataframes: "null",
  });
}

function v1Series({ name, points, tags }: TimeSeries, where: string): string {
  const pairs = points.map(({ timestamp, value }, index) => {
    const place = `${where}, point ${index}`;
    return `[${jsonDecimal(value, place)},${jsonDecimal(Number(timestamp), place)}]`;
  });
  const tagEntries = Object.entries(tags);
  return jsonObject({
    name: jsonText(name),
    points: jsonList(pairs),
    tags: tagEntries.length === 0 ? undefined : jsonMap(tagEntries.map(([key, tag]) => [key, jsonText(tag)])),
  });
}

function v1Table({ columns, rows }: Table, where: string): string {
  const names = columns.map(({ name }) => jsonObject({ text: jsonText(name) }));
  return jsonObject({
    columns: names.length === 0 ? "null" : jsonList(names),
    rows: jsonList(
      rows.map(({ values }, row) =>
        jsonList(values.map((cell, column) => v1Cell(cell, `${where}, row ${row}, cell ${column}`))),
      ),
    ),
  });
}

function v1Cell(cell: RowValue, where: string): string {
  switch (cell.kind) {
    case RowValue_Kind.TYPE_NULL:
      return "null";
    case RowValue_Kind.TYPE_DOUBLE:
      return jsonNumber(cell.doubleValue, where);
    case RowValue_Kind.TYPE_INT64:
      return String(cell.int64Value);
    case RowValue_Kind.TYPE_BOOL:
      return String(cell.boolValue);
    case RowValue_Kind.TYPE_STRING:
      return jsonText(cell.stringValue);
    case RowValue_Kind.TYPE_BYTES:
      // Bytes of length 0 are not sent, and a host reads absent bytes as nil.
      return cell.bytesValue.length === 0 ? "null" : `"${toBase64(cell.bytesValue)}"`;
    default:
      throw new FrameError(
        "v1_unsupported",
        `${where}: expected a kind from 0 to 5, got ${String(cell.kind)}`,
      );
  }
}

async function v2Results({ responses }: QueryDataResponse): Promise<Map<string, TsdbResult>> {
  const entries = Object.entries(responses).map(
    async ([refId, response]) =>
      [refId, { error: response.error, json: await v2Result(refId, response) }] as const,
  );
  return new Map(await Promise.all(entries));
}

async function v2Result(refId: string, { error, frames, jsonMeta, format }: DataResponse): Promise<string> {
  const files =
    format === DataFrameFormat.JSON
      ? await Promise.all(
          frames.map(async (bytes) => encodeFrame(await decodeFrame(bytes, { format: "json" }))),
        )
      : frames;
  return jsonObject({
    error: error === "" ? undefined : jsonText(error),
    refId: jsonText(refId),
    meta: jsonMeta.length === 0 ? undefined : `"${toBase64(jsonMeta)}"`,
    series: "null",
    tables: "null",
    dataframes: jsonList(files.map((bytes) => `"${toBase64(bytes)}"`)),
  });
}
