/** A moment: milliseconds since 1970, a `Date` or an object of moment, or a text such as `now-6h` or `now`. */
export type GatewayTime = number | string | { readonly valueOf: () => number | string };

/** Milliseconds lose their fraction, which a range that was drawn in a chart has, and no gateway takes. */
export function timeText(time: GatewayTime): string {
  const value = time.valueOf();
  return String(typeof value === "number" ? Math.trunc(value) : value);
}

/** The options of every call. */
export interface CallOptions {
  /** Aborts the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

/** A query. Other members are for the plugin, which gets them unchanged. */
export interface GatewayQuery {
  /** Names the query in the results. Default `A`; two queries need two names. */
  readonly refId?: string | undefined;
  /** The data source that is asked; its uid is enough. */
  readonly datasource?: string | { readonly uid: string; readonly type?: string | undefined } | undefined;
  /** The number of the data source, which clients of old APIs have. */
  readonly datasourceId?: number | undefined;
  /** Default 100. */
  readonly maxDataPoints?: number | undefined;
  /** Default 1000. */
  readonly intervalMs?: number | undefined;
  /** For plugins with several kinds of queries. Default: empty. */
  readonly queryType?: string | undefined;
  readonly [member: string]: unknown;
}

/** Queries with the time range that they are for. */
export interface QueryRequest {
  readonly from: GatewayTime;
  readonly to: GatewayTime;
  readonly queries: readonly GatewayQuery[];
}

/** A POST of JSON. */
export function postJson(body: unknown, accept: string = "application/json"): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(body),
  };
}

export function queryBody({ from, to, queries }: QueryRequest): object {
  return { from: timeText(from), to: timeText(to), queries };
}
