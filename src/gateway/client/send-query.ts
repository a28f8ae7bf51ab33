import type { Caller } from "./create-caller.ts";
import { messageOf } from "./gateway-error.ts";
import { type JsonFrame, readWholeFrame } from "./json-frame.ts";
import { isObject, type JsonObject, objectOf, textOf } from "./json-value.ts";
import { type CallOptions, postJson, type QueryRequest, queryBody } from "./query-request.ts";
import { askJson, traceIdOf, unexpected, unlike } from "./read-answer.ts";

/** The results of a request. */
export interface QueryResults {
  /** The HTTP status: 200, or 400 if a query failed. */
  readonly status: number;
  /** By which the log of the gateway has the request. */
  readonly traceId: string | undefined;
  /** By refId, in the order of the queries. */
  readonly results: ReadonlyMap<string, QueryResult>;
}

/** The result of one query. A query that failed may have frames beside its error. */
export interface QueryResult {
  readonly refId: string;
  /** Of this query, in the words of HTTP. */
  readonly status: number;
  readonly frames: readonly JsonFrame[];
  readonly error: GatewayQueryFailure | undefined;
}

/** Why a query failed. */
export interface GatewayQueryFailure {
  readonly message: string;
  /** Whose fault it is: that of the plugin, or of the service behind it. */
  readonly errorSource: "downstream" | "plugin";
}

/** `POST /api/ds/query`. @throws GatewayError unless there are results, be they errors */
export async function sendQuery(
  caller: Caller,
  request: QueryRequest,
  { signal }: CallOptions = {},
): Promise<QueryResults> {
  const answer = await askJson(caller, {
    path: "/api/ds/query",
    init: postJson(queryBody(request)),
    signal,
  });
  const results = objectOf(answer.body)["results"];
  if (!isObject(results)) throw unlike(answer, "results of queries");
  // JSON has keys in no order, and those that are numbers first.
  const asked = request.queries
    .map(({ refId }) => refId ?? "A")
    .filter((refId) => Object.hasOwn(results, refId));
  const refIds = new Set([...asked, ...Object.keys(results)]);
  try {
    return {
      status: answer.response.status,
      traceId: traceIdOf(answer.response),
      results: new Map([...refIds].map((refId) => [refId, readResult(refId, objectOf(results[refId]))])),
    };
  } catch (error) {
    throw unexpected(answer.response, "frames as Grafana writes them", messageOf(error));
  }
}

function readResult(
  refId: string,
  { status, error, errorSource, frames, dataframes }: JsonObject,
): QueryResult {
  if (frames === undefined && Array.isArray(dataframes) && dataframes.length > 0) {
    throw new TypeError('Arrow, as Plutono sends it: ask by tsdbQuery, or serve api: "grafana"');
  }
  const message = textOf(error);
  return {
    refId,
    status: typeof status === "number" ? status : message === undefined ? 200 : 500,
    frames: (Array.isArray(frames) ? frames : []).map(readWholeFrame),
    error: message === undefined ? undefined : failureOf(message, errorSource),
  };
}

/** An error without a source is the plugin's, as for Grafana. */
export function failureOf(message: string, errorSource: unknown): GatewayQueryFailure {
  return { message, errorSource: errorSource === "downstream" ? "downstream" : "plugin" };
}
