import type { DataSourceFetch } from "grafana-plugin-protocol/sdk";
import { QueryError } from "grafana-plugin-protocol/v2";

/** A query as its editor saves it. `type` is `timeserie` or `table`; the server decides what it answers. */
export interface SimpleJsonQuery {
  readonly target: string;
  readonly type?: string | undefined;
}

/** A series or a table of the Simple JSON API. */
export interface Target {
  readonly target: string;
  readonly datapoints?: readonly (readonly [value: number | null, epochMs: number])[] | undefined;
  readonly columns?: readonly { readonly text: string; readonly type: string }[] | undefined;
  readonly rows?: readonly (readonly unknown[])[] | undefined;
}

/** What a search finds: names, or texts with values. */
export type Found = readonly (string | { readonly text: string; readonly value: number })[];

/** A server of the Simple JSON API: `/`, `/query`, `/search` and `/annotations`. */
export interface SimpleJsonApi {
  query(
    query: object,
    range: { readonly from: Date; readonly to: Date },
    signal: AbortSignal,
  ): Promise<readonly Target[]>;
  search(target: string, signal: AbortSignal): Promise<Found>;
  check(signal: AbortSignal): Promise<void>;
  /** Passes a request of the frontend on. */
  forward(path: string, body: string, signal: AbortSignal): Promise<Response>;
}

export function createSimpleJsonApi(fetch: DataSourceFetch): SimpleJsonApi {
  const post = async (path: string, body: string, signal: AbortSignal): Promise<Response> => {
    const headers = { "Content-Type": "application/json" };
    return checked(await fetch(path, { method: "POST", headers, body, signal }));
  };
  const ask = async <Answer>(path: string, body: object, signal: AbortSignal): Promise<Answer> => {
    const response = await post(path, JSON.stringify(body), signal);
    return (await response.json()) as Answer;
  };
  return {
    query: (query, { from, to }, signal) =>
      ask(
        "query",
        { range: { from: String(from.getTime()), to: String(to.getTime()) }, targets: [query] },
        signal,
      ),
    search: (target, signal) => ask("search", { target }, signal),
    check: async (signal) => {
      await checked(await fetch("", { signal }));
    },
    forward: post,
  };
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  throw new QueryError(`the JSON server answered ${response.status} ${response.statusText}`.trimEnd(), {
    status: 502,
    errorSource: "downstream",
  });
}
