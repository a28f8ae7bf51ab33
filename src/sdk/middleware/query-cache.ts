import { create } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import {
  type DataQuery,
  type DataResponse,
  type QueryDataRequest,
  type QueryDataResponse,
  QueryDataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { millisecondsOption } from "../../option-checks.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import { unaryAnswer } from "../call/answer-by-interceptor.ts";
import type { CallFacts } from "../context/call-facts.ts";
import { HeaderName } from "../context/header-names.ts";
import { readRequestContext } from "../context/read-request-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { requestStatusOf } from "../errors/request-status-of.ts";
import { createByteCache } from "./byte-cache.ts";
import { createQueryKey } from "./query-key.ts";

/** Options of {@link queryCache}. */
export interface QueryCacheOptions {
  /** How long an answer is used, in milliseconds. Default 60,000. */
  readonly ttlMs?: number | undefined;
  /** Most bytes of all answers together: their frames and texts. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** Most answers. Default 10,000. */
  readonly maxEntries?: number | undefined;
  /**
   * An answer is for one user only. Default false: answers are shared by the users of an organisation, except where the
   * call carries a user's token or cookie. Set it if the plugin decides by the user in another way.
   */
  readonly isPerUser?: boolean | undefined;
  /** Adds to the key what else answers depend on. Default: nothing. */
  readonly key?: ((context: RequestContext) => string) | undefined;
  /** Which queries are cached. Default: all. */
  readonly isCached?: ((query: DataQuery) => boolean) | undefined;
  /** The clock, in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

type Responses = { [refId: string]: DataResponse };
type Ask = (queries: DataQuery[]) => Promise<Responses>;

/** For each answer, beside its frames and its text. */
const bytesOfEntry = 256;

/**
 * Makes an interceptor that answers queries from a cache: `servePlugin([plugin], { interceptors: [queryCache({ ttlMs:
 * 30_000 })] })`. It is for `queryData`; other calls pass.
 *
 * The same query is asked once: by the first caller, whose answer the others wait for. Of a batch only the queries that
 * are missing reach the plugin. Two queries are the same if their data source with its settings, organisation, tenant,
 * forwarded login, format, `refId` and model are, and their range when rounded down to their interval.
 *
 * Answers with an error are never kept. A call with the header `X-Cache-Skip: true`, or with `X-Grafana-HAR-Capture: true`,
 * gets new answers, which replace those in the cache.
 *
 * @throws PluginError `invalid_option`.
 */
export function queryCache(options: QueryCacheOptions = {}): Interceptor {
  const answer = createCachedAnswer(options);
  return (next) => async (request) => {
    if (request.stream || request.method.name !== "QueryData") return next(request);
    const message = request.message as QueryDataRequest;
    const call = { signal: request.signal, requestHeader: request.header };
    let own: Awaited<ReturnType<typeof next>> | undefined;
    const responses = await answer(message, call, async (queries) => {
      const isWhole = queries.length === message.queries.length;
      const part: QueryDataRequest = { ...message, queries };
      own = await next(isWhole ? request : { ...request, message: part });
      return (own.message as QueryDataResponse).responses;
    });
    if (own !== undefined && (own.message as QueryDataResponse).responses === responses) return own;
    const cached = unaryAnswer(request, create(QueryDataResponseSchema, { responses }));
    return own === undefined ? cached : { ...cached, header: own.header, trailer: own.trailer };
  };
}

function createCachedAnswer({
  ttlMs = 60_000,
  maxBytes = 64 << 20,
  maxEntries = 10_000,
  isPerUser = false,
  key,
  isCached = () => true,
  now = () => performance.now(),
}: QueryCacheOptions): (request: QueryDataRequest, call: CallFacts, ask: Ask) => Promise<Responses> {
  const cache = createByteCache<DataResponse>({
    ttlMs: millisecondsOption("ttlMs", ttlMs),
    maxBytes: wholeNumberOption("maxBytes", maxBytes, 0),
    maxEntries: wholeNumberOption("maxEntries", maxEntries, 0),
    now,
  });
  /** Answers that a call waits for right now; `undefined` for those that others cannot use. */
  const flights = new Map<string, Promise<DataResponse | undefined>>();

  /** Asks for queries on behalf of all calls that have them. */
  const lead = async (queries: ReadonlyMap<DataQuery, string>, ask: Ask): Promise<Responses> => {
    const { promise, resolve } = Promise.withResolvers<Responses>();
    const own = [...queries].map(([{ refId }, at]) => {
      const flight = promise.then((responses) => forOthers(entryOf(responses, refId)));
      flights.set(at, flight);
      return { refId, at, flight };
    });
    let responses: Responses = {};
    try {
      responses = await ask([...queries.keys()]);
      for (const { refId, at } of own) {
        const response = entryOf(responses, refId);
        if (response?.error === "") cache.set(at, withOwnMemory(response), sizeOf(response));
      }
      return responses;
    } finally {
      // A call that skips the cache may have taken the place.
      for (const { at, flight } of own) if (flights.get(at) === flight) flights.delete(at);
      resolve(responses);
    }
  };

  return async (request, call, ask) => {
    const context = readRequestContext("queryData", request, call);
    const keyOf = createQueryKey(request, { context, isPerUser, extra: key?.(context) ?? "" });
    // A recording is of the requests behind an answer, and an answer of the cache has none.
    const isSkipped = [HeaderName.cacheSkip, HeaderName.harCapture].some((name) =>
      /^(true|1)$/i.test(context.headers.get(name) ?? ""),
    );

    const answer = async (queries: readonly DataQuery[]): Promise<Responses> => {
      const found = noResponses();
      const asked = new Map<DataQuery, string>();
      const uncached: DataQuery[] = [];
      const flying: (readonly [DataQuery, Promise<DataResponse | undefined>])[] = [];
      for (const query of queries) {
        if (!isCached(query)) {
          uncached.push(query);
          continue;
        }
        const at = keyOf(query);
        const hit = isSkipped ? undefined : cache.get(at);
        const flight = isSkipped ? undefined : flights.get(at);
        if (hit !== undefined) found[query.refId] = hit;
        else if (flight !== undefined) flying.push([query, flight]);
        else asked.set(query, at);
      }
      // The usual case of a miss: the answer of the plugin stays as it is.
      if (asked.size === queries.length) return lead(asked, ask);
      const parts = await Promise.all([
        asked.size > 0 ? lead(asked, ask) : {},
        uncached.length > 0 ? ask(uncached) : {},
        flying.length > 0 ? follow(flying, answer) : {},
      ]);
      return Object.assign(found, ...parts) as Responses;
    };
    return answer(request.queries);
  };
}

/** Waits for the answers of other calls, and answers again where such a call had none that others can use. */
async function follow(
  flying: readonly (readonly [DataQuery, Promise<DataResponse | undefined>])[],
  answer: (queries: readonly DataQuery[]) => Promise<Responses>,
): Promise<Responses> {
  const responses = noResponses();
  const left: DataQuery[] = [];
  for (const [query, flight] of flying) {
    const response = await flight;
    if (response === undefined) left.push(query);
    else responses[query.refId] = response;
  }
  return left.length === 0 ? responses : Object.assign(responses, await answer(left));
}

/** Without a prototype, because `__proto__` is a refId like any other. */
function noResponses(): Responses {
  return Object.create(null) as Responses;
}

function entryOf(responses: Responses, refId: string): DataResponse | undefined {
  return Object.hasOwn(responses, refId) ? responses[refId] : undefined;
}

/** A query that was cancelled failed because of its own call. */
function forOthers(response: DataResponse | undefined): DataResponse | undefined {
  return requestStatusOf({ responses: { response } }) === "cancelled" ? undefined : response;
}

/** Small frames of a call share a buffer, which one that stays must not keep for the others. */
function withOwnMemory(response: DataResponse): DataResponse {
  const frames = response.frames.map((frame) =>
    frame.length < frame.buffer.byteLength ? new Uint8Array(frame) : frame,
  );
  return { ...response, frames };
}

function sizeOf({ frames, jsonMeta, error }: DataResponse): number {
  let bytes = bytesOfEntry + jsonMeta.length + error.length;
  for (const frame of frames) bytes += frame.length;
  return bytes;
}
