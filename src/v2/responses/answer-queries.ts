import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  DataFrameFormat,
  DataQuery,
  DataResponseSchema,
  QueryDataRequest,
  QueryDataResponse,
  QueryDataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { type FileMemory, sharedMemory } from "../../frames/file-memory.ts";
import type { Frame } from "../../frames/frame.ts";
import { type Pace, startPace } from "../../frames/pace.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
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
  const encoder = new Encoder(format, pace, sharedMemory(queries.length));
  const onFailure = (query: DataQuery, reason: unknown): Entry => {
    // Not read before: making the signal of a call costs more than the rest of a small one.
    options.signal?.throwIfAborted();
    return [query.refId, encodeErrorResponse(reason, format)];
  };
  // Without a promise where the handler answers at once with little: a query of its own cost a third more with one.
  const answerOne = (query: DataQuery): Awaitable<Entry> => {
    const onLate = (reason: unknown): Entry => onFailure(query, reason);
    try {
      const answered = answer(query);
      const entry = isThenable(answered)
        ? Promise.resolve(answered).then((frames) => encoder.encode(query.refId, frames))
        : encoder.encode(query.refId, answered);
      return isThenable(entry) ? entry.then(undefined, onLate) : entry;
    } catch (reason) {
      return onLate(reason);
    }
  };
  const entries =
    queries.length <= concurrency
      ? await Promise.all(queries.map(rejecting(answerOne)))
      : await mapAtPace(queries, answerOne, concurrency, pace, options);
  return { responses: Object.fromEntries(entries) };
}

/** The response of a query, by its refId. */
type Entry = readonly [refId: string, response: MessageInitShape<typeof DataResponseSchema>];

/** Encodes answers one after the other, as one thread must. They are awaited together. */
class Encoder {
  readonly #format: DataFrameFormat;
  readonly #pace: Pace;
  readonly #memory: FileMemory;
  /** The encoding that others wait for; `undefined` if none goes on. */
  #last: Promise<unknown> | undefined;

  constructor(format: DataFrameFormat, pace: Pace, memory: FileMemory) {
    this.#format = format;
    this.#pace = pace;
    this.#memory = memory;
  }

  encode(refId: string, answered: unknown): Awaitable<Entry> {
    const frames = toFrames(refId, answered);
    const encode = () => encodeAtPace(refId, frames, this.#format, this.#pace, this.#memory);
    const response = this.#last === undefined ? encode() : this.#last.then(encode);
    if (!isThenable(response)) return [refId, response];
    const last: Promise<void> = response.then(
      () => this.#onEnd(last),
      () => this.#onEnd(last),
    );
    this.#last = last;
    return response.then((encoded) => [refId, encoded]);
  }

  #onEnd(ended: Promise<unknown>): void {
    if (this.#last === ended) this.#last = undefined;
  }
}

/** So that what one call throws stops none of the others. */
function rejecting<T, R>(map: (item: T) => Awaitable<R>): (item: T) => Awaitable<R> {
  return (item) => {
    try {
      return map(item);
    } catch (reason) {
      return Promise.reject(reason);
    }
  };
}

/** Maps items, `concurrency` at a time, and lets other calls be answered in between. None begins after an abort. */
async function mapAtPace<T, R>(
  items: readonly T[],
  map: (item: T) => Awaitable<R>,
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
      const result = map(items[index] as T);
      results[index] = isThenable(result) ? await result : result;
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
