import type { DatasourceResponse, QueryResult } from "../../gen/es/v1/models/datasource_pb.js";
import type { QueryDataResponse } from "../../gen/es/v2/pluginv2/backend_pb.js";
import { compareText } from "../frames/compare-text.ts";
import type { Frame } from "../frames/frame.ts";
import { decodeFrames, encodeFrameInSlices } from "../frames/frame-codec.ts";
import { FrameError } from "../frames/frame-error.ts";
import { type Pace, startPace } from "../frames/pace.ts";
import { seriesToFrame } from "../v1/frames/series-to-frame.ts";
import { tableToFrame } from "../v1/frames/table-to-frame.ts";
import { frameFormatOf } from "../v2/responses/data-response.ts";
import { toHttpStatus } from "../v2/responses/http-status.ts";
import { formatTsdbQueryBody } from "./format-tsdb-query-body.ts";
import { jsonObject, jsonText } from "./go-json.ts";
import { escapedJson, type JsonPart, joinJson, jsonTextOf } from "./json-parts.ts";
import { isV1Answer, type QueryBody, type QueryResponse } from "./query-body.ts";

export interface DsQueryBodyOptions {
  /**
   * `grafana`: frames as JSON, for the frontend of Grafana 8 and newer. `plutono`: what Grafana 7 and Plutono write, the
   * body of {@link formatTsdbQueryBody} and a line break. Default `grafana`.
   */
  readonly style?: "grafana" | "plutono" | undefined;
  /**
   * The HTTP status of the style `grafana` if a query failed. Default 400, as Grafana answers. 207 is for the frontend
   * of a Grafana 8 to 10 whose feature toggle `datasourceQueryMultiStatus` was on.
   */
  readonly failedStatus?: 207 | 400 | undefined;
}

/**
 * Writes the body of `POST /api/ds/query`. For a v2 plugin it equals the output of the Go SDK's `json.Marshal` in a
 * host. Series and tables of a v1 plugin become frames, its meta their `meta.custom`, and its error has the status 500.
 *
 * A query failed if it has an error text. Its status alone is not enough: plugins of older SDKs send none, which
 * becomes 500 in the body, as in Grafana's.
 *
 * @throws FrameError for a frame that cannot be read, naming its query; Go hosts fail the whole request then.
 */
export async function formatDsQueryBody(
  answer: QueryResponse,
  { style = "grafana", failedStatus = 400 }: DsQueryBodyOptions = {},
): Promise<QueryBody> {
  if (style === "plutono") {
    const { status, body } = await formatTsdbQueryBody(answer);
    return { status, body: `${body}\n` };
  }
  const results = await formatDsResults(answer);
  const body = jsonTextOf(['{"results":', ...jsonResults(results), "}"]);
  return { status: [...results.values()].some(({ error }) => error !== "") ? failedStatus : 200, body };
}

/** The object of results by refId, in the order of Go's maps. */
export function jsonResults(results: ReadonlyMap<string, DsResult>): readonly JsonPart[] {
  const sorted = results.size === 1 ? results : [...results].sort(([a], [b]) => compareText(a, b));
  const parts: JsonPart[] = [];
  for (const [refId, { json }] of sorted) {
    parts.push(`${parts.length === 0 ? "{" : ","}${jsonText(refId)}:`, ...json);
  }
  parts.push(parts.length === 0 ? "{}" : "}");
  return joinJson(parts);
}

/** The outcome of one query as `/api/ds/query` has it, by its refId in {@link formatDsResults}. */
export interface DsResult {
  /** Empty for none. */
  readonly error: string;
  readonly errorSource: string;
  readonly status: number;
  readonly json: readonly JsonPart[];
}

/**
 * The entries of `results` in the body of `/api/ds/query`, for a host that asked several data sources.
 *
 * @throws FrameError as {@link formatDsQueryBody}.
 */
export async function formatDsResults(answer: QueryResponse): Promise<Map<string, DsResult>> {
  const results = isV1Answer(answer) ? readV1(answer) : await readV2(answer);
  const pace = startPace();
  const formatted = new Map<string, DsResult>();
  for (const [refId, result] of results) {
    formatted.set(refId, dsResult(result, await formatFrames(result.frames, pace)));
  }
  return formatted;
}

/** In slices of some milliseconds, so that a host answers other requests while it writes a large one. */
async function formatFrames(frames: readonly Frame[], pace: Pace): Promise<readonly JsonPart[]> {
  const texts: JsonPart[] = [];
  for (const frame of frames) {
    texts.push(escapedJson(await encodeFrameInSlices(frame, { format: "json" }, pace)));
  }
  return texts;
}

/** The entry of a query whose data source did not answer. */
export function failedDsResult(
  error: string,
  errorSource: string = "plugin",
  status: number = 500,
): DsResult {
  return dsResult({ error, errorSource, status }, []);
}

interface Result {
  /** Empty for none. */
  readonly error: string;
  readonly errorSource: string;
  readonly status: number;
  readonly frames: readonly Frame[];
}

function dsResult(
  { error, errorSource, status }: Omit<Result, "frames">,
  frames: readonly JsonPart[],
): DsResult {
  const hasError = error !== "";
  const head = jsonObject({
    error: hasError ? jsonText(error) : undefined,
    errorSource: hasError ? jsonText(errorSource) : undefined,
    status: String(status),
  });
  const parts: JsonPart[] = [`${head.slice(0, -1)},"frames":[`];
  for (const [index, frame] of frames.entries()) parts.push(index === 0 ? "" : ",", frame);
  parts.push("]}");
  return { error, errorSource, status, json: joinJson(parts) };
}

async function readV2({ responses }: QueryDataResponse): Promise<Map<string, Result>> {
  const entries = Object.entries(responses).map(async ([refId, response]) => {
    const { error, errorSource, format } = response;
    try {
      const frames = await decodeFrames(response.frames, { format: frameFormatOf(format) });
      return [refId, { error, errorSource, status: toHttpStatus(response.status), frames }] as const;
    } catch (cause) {
      if (!(cause instanceof FrameError)) throw cause;
      throw new FrameError(cause.code, `result "${refId}": ${cause.message}`, { cause });
    }
  });
  return new Map(await Promise.all(entries));
}

function readV1({ results }: DatasourceResponse): Map<string, Result> {
  return new Map(results.map((result) => [result.refId, readV1Result(result)]));
}

function readV1Result({ error, refId, metaJson, series, tables }: QueryResult): Result {
  const custom = parseMeta(metaJson);
  const frames = [
    ...series.map((one) => seriesToFrame(one, refId)),
    ...tables.map((table) => tableToFrame(table, {}, refId)),
  ];
  return {
    error,
    errorSource: error === "" ? "" : "plugin",
    status: error === "" ? 200 : 500,
    frames: custom === undefined ? frames : frames.map((frame) => ({ ...frame, meta: { custom } })),
  };
}

/** Meta that is not JSON is left out, as by hosts, and so is meta that is nested too deep to be written again. */
function parseMeta(json: string): unknown {
  try {
    const meta: unknown = JSON.parse(json) ?? undefined;
    return isShallow(meta, 500) ? meta : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}
