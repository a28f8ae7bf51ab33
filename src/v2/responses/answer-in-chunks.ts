import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  DataFrameFormat,
  type DataQuery,
  type QueryChunkedDataRequest,
  type QueryChunkedDataResponse,
  type QueryChunkedDataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { Frame } from "../../frames/frame.ts";
import { decodeFrame, encodeFrameInSlices } from "../../frames/frame-codec.ts";
import { parseFrameJson } from "../../frames/json/parse-frame-json.ts";
import { type Pace, startPace } from "../../frames/pace.ts";
import { sliceFrame } from "../../frames/slice-frame.ts";
import { markDefect } from "../../handlers/defect.ts";
import { declaredSource } from "../../handlers/error-source.ts";
import { checkConcurrency } from "./check-concurrency.ts";
import { type FrameRows, type Rows, toFrameRows, toRows } from "./check-frames.ts";
import { describeFailure, frameFormatOf, readError, readOutcome } from "./data-response.ts";
import { createFrameShapes } from "./frame-shape.ts";
import { mergeInOrderOfArrival } from "./merge-in-order-of-arrival.ts";
import type { QueryError } from "./query-error.ts";
import { refuseSameRefIds } from "./refuse-same-ref-ids.ts";

/** A decoded chunk: rows, or the error of a query. */
export type QueryChunk =
  | ({ readonly refId: string; readonly status: number; readonly error?: undefined } & FrameRows)
  | {
      readonly refId: string;
      readonly status: number;
      readonly error: QueryError;
      readonly frameId?: undefined;
      readonly frame?: undefined;
    };

type Chunk = MessageInitShape<typeof QueryChunkedDataResponseSchema>;

export interface ChunkOptions {
  /** Longest chunk, in rows; longer ones are cut. A multiple of 8. Default 65536. */
  readonly maxRows?: number | undefined;
  /** The signal of the call, from its context: when it is aborted the call ends, and no query counts as failed. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Queries that are answered at the same time, a whole number from 1 on; their chunks are sent as they come, and each
   * query has one chunk in memory. Default 1: one query after the other.
   */
  readonly concurrency?: number | undefined;
}

/**
 * Answers a `queryChunkedData` call, one query after the other unless `concurrency` says otherwise, with rows as they
 * arrive: the next ones are read when the host has taken the last, so that memory stays bounded for any number of rows.
 *
 * Frames without an id get one by their fields, so that batches of rows with the same fields are one frame. A query
 * that throws ends with an error chunk, and the next one begins. An exception other than {@link QueryError} is a
 * defect: the plugin logs it, with the refId and its stack.
 *
 * @param answer returns the rows of one query
 * @throws QueryError with status 400 when two queries have the same refId, before the first chunk
 */
export async function* answerQueriesInChunks(
  request: QueryChunkedDataRequest,
  answer: (query: DataQuery) => Rows | Promise<Rows>,
  options: ChunkOptions = {},
): AsyncGenerator<Chunk> {
  const { maxRows = 65_536 } = options;
  if (!Number.isInteger(maxRows) || maxRows < 8 || maxRows % 8 !== 0) {
    throw new RangeError(`maxRows must be a multiple of 8, got ${maxRows}`);
  }
  const concurrency = checkConcurrency("answerQueriesInChunks", options.concurrency ?? 1);
  const { format, queries } = request;
  refuseSameRefIds(queries);
  const pace = startPace();
  const begin = (query: DataQuery): AsyncGenerator<Chunk> =>
    answerIsolated(query, answer, format, maxRows, pace, options);
  if (concurrency > 1 && queries.length > 1) {
    yield* mergeInOrderOfArrival(queries, begin, concurrency);
    return;
  }
  for (const query of queries) yield* begin(query);
}

/** The chunks of one query. If it throws, the last one has its error. */
async function* answerIsolated(
  query: DataQuery,
  answer: (query: DataQuery) => Rows | Promise<Rows>,
  format: DataFrameFormat,
  maxRows: number,
  pace: Pace,
  options: ChunkOptions,
): AsyncGenerator<Chunk> {
  const { refId } = query;
  if (pace.isOver()) await pace.nextSlice();
  try {
    yield* answerOne(format, refId, toRows(refId, await answer(query)), maxRows, pace);
  } catch (reason) {
    // Not read before: making the signal of a call costs more than the rest of a small one.
    options.signal?.throwIfAborted();
    yield encodeFailedChunk(refId, reason);
  }
}

/** Without the format, as the Go SDK sends it. */
function encodeFailedChunk(refId: string, reason: unknown): Chunk {
  const chunk: Chunk = { refId, ...describeFailure(reason) };
  return declaredSource(reason) === undefined ? markDefect(chunk, reason) : chunk;
}

async function* answerOne(
  format: DataFrameFormat,
  refId: string,
  rows: Rows,
  maxRows: number,
  pace: Pace,
): AsyncGenerator<Chunk> {
  const shapes = createFrameShapes();
  for await (const item of rows) {
    const { frame, frameId: given } = toFrameRows(refId, item);
    const { frameId, isFirst } = shapes.place(frame, given);
    for (let start = 0; start === 0 || start < frame.length; start += maxRows) {
      const part =
        frame.length <= maxRows ? frame : sliceFrame(frame, start, Math.min(start + maxRows, frame.length));
      const hasSchema = isFirst && start === 0;
      yield { refId, frameId, status: 200, ...(await encodeChunk(part, refId, format, hasSchema, pace)) };
    }
  }
}

/** In Arrow each chunk is a whole file, in JSON only the first has the schema. */
async function encodeChunk(
  frame: Frame,
  refId: string,
  format: DataFrameFormat,
  hasSchema: boolean,
  pace: Pace,
): Promise<Chunk> {
  if (frameFormatOf(format) === "arrow") {
    return { frame: await encodeFrameInSlices(frame, { refId }, pace), format: DataFrameFormat.ARROW };
  }
  const options = { format: "json", refId, part: hasSchema ? "all" : "data" } as const;
  return { frame: await encodeFrameInSlices(frame, options, pace), format: DataFrameFormat.JSON };
}

/**
 * Decodes the chunks of a `queryChunkedData` call as they arrive.
 *
 * @throws FrameError when a chunk cannot be decoded, and when JSON rows come before their schema.
 */
export async function* decodeChunks(
  chunks: AsyncIterable<QueryChunkedDataResponse>,
): AsyncGenerator<QueryChunk> {
  const schemas = new Map<string, Frame>();
  for await (const { refId, frameId, frame: bytes, error, errorSource, status: sent, format } of chunks) {
    const status = readOutcome({ status: sent, error });
    const failure = readError({ error, errorSource }, status);
    if (failure !== undefined) {
      yield { refId, status, error: failure };
      continue;
    }
    const key = JSON.stringify([refId, frameId]);
    const frame =
      frameFormatOf(format) === "json" ? parseFrameJson(bytes, schemas.get(key)) : await decodeFrame(bytes);
    if (!schemas.has(key)) schemas.set(key, sliceFrame(frame, 0, 0));
    yield { refId, frameId, status, frame: frame.refId === "" ? { ...frame, refId } : frame };
  }
}
