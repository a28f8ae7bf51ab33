import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  DataQuery,
  QueryDataRequest,
  QueryDataResponse,
  QueryDataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { Frame } from "../../frames/frame.ts";
import { type Pace, startPace } from "../../frames/pace.ts";
import { checkConcurrency } from "./check-concurrency.ts";
import { toFrames } from "./check-frames.ts";
import { decodeDataResponse, encodeAtPace, encodeErrorResponse, type QueryOutcome } from "./data-response.ts";
import { refuseSameRefIds } from "./refuse-same-ref-ids.ts";

type Awaitable<T> = T | Promise<T>;

/** Options of {@link answerQueries}. */
export interface AnswerOptions {
  /** The signal of the call, from its context: when it is aborted the whole call fails with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Queries that are answered at the same time; the others wait. A whole number from 1 on. Default: all of them. */
  readonly concurrency?: number | undefined;
}

/**
 * Answers a `queryData` call query by query, all at the same time unless `concurrency` bounds them. If one query throws,
 * only that query fails: with the message, status and source of a {@link QueryError}, or with status 500 for any other
 * exception. The latter is a defect: the plugin logs it, with the refId and its stack. Frames are sent in the format
 * that the request asks for.
 *
 * Large frames, and many, are encoded in slices of about 3 ms, between which other calls are answered: the values of an
 * answer must not change until this resolves.
 *
 * @param answer returns the frames of one query
 * @throws QueryError with status 400 when two queries have the same refId: an answer can hold only one of them, and
 *   Grafana refuses such a request too
 */
export async function answerQueries(
  request: QueryDataRequest,
  answer: (query: DataQuery) => Awaitable<Frame | readonly Frame[]>,
  options: AnswerOptions = {},
): Promise<MessageInitShape<typeof QueryDataResponseSchema>> {
  const { format, queries } = request;
  const concurrency = checkConcurrency("answerQueries", options.concurrency ?? Number.POSITIVE_INFINITY);
  refuseSameRefIds(queries);
  const pace = startPace();
  // Answers are awaited together and encoded one after the other, as one thread must.
  let encoding: Promise<unknown> = Promise.resolve();
  const answerOne = async (query: DataQuery) => {
    try {
      const frames = toFrames(query.refId, await answer(query));
      const response = encoding.then(() => encodeAtPace(query.refId, frames, format, pace));
      encoding = response.catch(() => {});
      return [query.refId, await response] as const;
    } catch (reason) {
      // Not read before: making the signal of a call costs more than the rest of a small one.
      options.signal?.throwIfAborted();
      return [query.refId, encodeErrorResponse(reason, format)] as const;
    }
  };
  const entries =
    queries.length <= concurrency
      ? await Promise.all(queries.map(answerOne))
      : await mapAtPace(queries, answerOne, concurrency, pace, options);
  return { responses: Object.fromEntries(entries) };
}

/** Maps items, `concurrency` at a time, and lets other calls be answered in between. None begins after an abort. */
async function mapAtPace<T, R>(
  items: readonly T[],
  map: (item: T) => Promise<R>,
  concurrency: number,
  pace: Pace,
  options: AnswerOptions,
): Promise<R[]> {
  const { signal } = options;
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      results[index] = await map(items[index] as T);
      if (pace.isOver()) await pace.nextSlice();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

/**
 * Decodes the answer of a `queryData` call: the result of each query by its refId.
 *
 * @throws FrameError when a frame cannot be decoded; the message names the query.
 */
export async function decodeQueryData({
  responses,
}: QueryDataResponse): Promise<ReadonlyMap<string, QueryOutcome>> {
  const entries = Object.entries(responses).map(
    async ([refId, response]) => [refId, await decodeDataResponse(refId, response)] as const,
  );
  return new Map(await Promise.all(entries));
}
