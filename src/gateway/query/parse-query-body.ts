import { HttpFailure } from "../http/http-failure.ts";
import { isPlainObject } from "../http/is-plain-object.ts";
import { parseKeepingDigits } from "../http/parse-keeping-digits.ts";
import { sliceElements } from "../http/slice-elements.ts";

/** The ends of a time range as a client sent them. */
export interface RawRange {
  readonly from: string;
  readonly to: string;
}

/** A query of a request. */
export interface AskedQuery {
  readonly refId: string;
  readonly queryType: string;
  readonly maxDataPoints: number;
  readonly intervalMs: number;
  /** Of the data source; empty where the query has none. */
  readonly uid: string;
  /** Of its plugin; empty where the query has none. */
  readonly type: string;
  /** The number of the data source, which old clients send; 0 where the query has none. */
  readonly id: number;
  /** A range of its own. */
  readonly range: RawRange | undefined;
  /** The query as the plugin gets it. */
  readonly json: string;
}

/** The body of a query request. */
export interface AskedQueries {
  /** Empty texts where the body has none. */
  readonly range: RawRange;
  readonly queries: readonly AskedQuery[];
}

const decoder = new TextDecoder();

export interface ParseOptions {
  readonly maxQueries: number;
  /** A `timeRange` within a query is its range, and the plugin does not get that member: `/apis`. */
  readonly hasOwnRanges?: boolean;
}

/**
 * Reads the body of a query request. The plugin gets the text of each query as it stands in the body, so that members of
 * its own and numbers of any length arrive unchanged.
 *
 * @throws SyntaxError for a text that is not JSON
 * @throws HttpFailure 400 for JSON that is not a query request
 */
export function parseQueryBody(bytes: Uint8Array, options: ParseOptions): AskedQueries {
  const text = decoder.decode(bytes);
  const body: unknown = JSON.parse(text);
  if (!isPlainObject(body)) throw badBody("an object with queries");
  const { queries: given = [] } = body;
  if (given !== null && !Array.isArray(given)) throw badBody("a list as queries");
  const list: readonly unknown[] = given ?? [];
  if (list.length > options.maxQueries) throw badBody(`at most ${options.maxQueries} queries`);
  const texts = sliceElements(text, "queries");
  return {
    range: { from: textOf(body["from"]), to: textOf(body["to"]) },
    queries: list.map((query, index) => parseQuery(query, texts[index] ?? "", index, options)),
  };
}

function parseQuery(
  query: unknown,
  json: string,
  index: number,
  { hasOwnRanges = false }: ParseOptions,
): AskedQuery {
  if (!isPlainObject(query)) throw badBody(`an object as queries[${index}]`);
  const { refId, queryType, maxDataPoints, intervalMs, datasource, datasourceId, timeRange } = query;
  const source: Readonly<Record<string, unknown>> = isPlainObject(datasource) ? datasource : {};
  const range = hasOwnRanges && isPlainObject(timeRange) ? timeRange : undefined;
  return {
    refId: typeof refId === "string" && refId !== "" ? refId : "A",
    queryType: typeof queryType === "string" ? queryType : "",
    maxDataPoints: wholeNumberOf(maxDataPoints) ?? 100,
    intervalMs: wholeNumberOf(typeof intervalMs === "number" ? Math.trunc(intervalMs) : intervalMs) ?? 1000,
    uid: typeof datasource === "string" ? datasource : typeof source["uid"] === "string" ? source["uid"] : "",
    type: typeof source["type"] === "string" ? source["type"] : "",
    id: wholeNumberOf(datasourceId) ?? 0,
    range: range === undefined ? undefined : { from: textOf(range["from"]), to: textOf(range["to"]) },
    json: range === undefined ? json : withoutRange(json),
  };
}

/** The text of a query without its `timeRange`, which the plugin does not get. */
function withoutRange(json: string): string {
  try {
    const query = parseKeepingDigits(json);
    return JSON.stringify(isPlainObject(query) ? { ...query, timeRange: undefined } : query);
  } catch (cause) {
    // Writing is recursive, unlike reading.
    throw new HttpFailure(400, "bad request data", { cause });
  }
}

function wholeNumberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** Times are texts; some clients send numbers, also with a fraction, such as Python's `time.time() * 1000`. */
function textOf(value: unknown): string {
  return typeof value === "number" ? String(Math.trunc(value)) : typeof value === "string" ? value : "";
}

function badBody(expected: string): HttpFailure {
  return new HttpFailure(400, `bad request data: expected ${expected}`);
}
