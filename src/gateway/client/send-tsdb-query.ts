import type { Caller } from "./create-caller.ts";
import { isObject, type JsonObject, objectOf } from "./json-value.ts";
import {
  type CallOptions,
  type GatewayQuery,
  type GatewayTime,
  postJson,
  timeText,
} from "./query-request.ts";
import { askJson, unlike } from "./read-answer.ts";

/** What a panel of Grafana gives its data source: `range` and `targets`. Other members are not sent. */
export interface TsdbRequest {
  readonly range: { readonly from: GatewayTime; readonly to: GatewayTime };
  /** The queries; all are for the data source of the first one, which has `datasourceId`, or `datasource` with a uid. */
  readonly targets: readonly GatewayQuery[];
}

/** An answer of `/api/tsdb/query`. */
export interface TsdbResults {
  /** The HTTP status: 200, or 400 if a query failed. */
  readonly status: number;
  readonly results: Readonly<Record<string, TsdbResult>>;
  /** That of a query that failed. */
  readonly message?: string | undefined;
}

/** The result of one query. */
export interface TsdbResult {
  readonly refId: string;
  readonly series: readonly TsdbSeries[] | null;
  readonly tables: readonly TsdbTable[] | null;
  /** Arrow files in base64, of a plugin of protocol 2. `decodeFrame` of `./frames` reads them. */
  readonly dataframes?: readonly string[] | null | undefined;
  /** Any JSON of the plugin. */
  readonly meta?: unknown;
  readonly error?: string | undefined;
}

/** A time series of protocol 1. */
export interface TsdbSeries {
  readonly name: string;
  /** A value, and its time in milliseconds since 1970. */
  readonly points: readonly (readonly [value: number | null, time: number])[];
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
}

/** A table of protocol 1. */
export interface TsdbTable {
  readonly columns: readonly { readonly text: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** `POST /api/tsdb/query`, as the panels of older Grafanas sent it. @throws GatewayError unless there are results */
export async function sendTsdbQuery(
  caller: Caller,
  { range, targets }: TsdbRequest,
  { signal }: CallOptions = {},
): Promise<TsdbResults> {
  const answer = await askJson(caller, {
    path: "/api/tsdb/query",
    init: postJson({ from: timeText(range.from), to: timeText(range.to), queries: targets }),
    signal,
  });
  const body = objectOf(answer.body);
  if (isTsdbAnswer(body)) return { ...body, status: answer.response.status };
  throw unlike(answer, "results of queries");
}

/** What a gateway, or a Grafana, sends under `results` is taken at its word. */
function isTsdbAnswer(body: JsonObject): body is Omit<TsdbResults, "status"> & JsonObject {
  return isObject(body["results"]);
}
