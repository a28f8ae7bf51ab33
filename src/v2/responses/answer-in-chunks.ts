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
import { FrameError } from "../../frames/frame-error.ts";
import { parseFrameJson } from "../../frames/json/parse-frame-json.ts";
import { type Pace, startPace } from "../../frames/pace.ts";
import { sliceFrame } from "../../frames/slice-frame.ts";
import { markDefect } from "../../handlers/defect.ts";
import { type FrameRows, type Rows, toFrameRows, toRows } from "./check-frames.ts";
import { describeFailure, frameFormatOf, readError, readOutcome } from "./data-response.ts";
import { QueryError } from "./query-error.ts";
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
}

/**
 * Answers a `queryChunkedData` call, one query after the other, with rows as they arrive: the next ones are read when
 * the host has taken the last, so that memory stays bounded for any number of rows.
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
  const { maxRows = 65_536, signal } = options;
  if (!Number.isInteger(maxRows) || maxRows < 8 || maxRows % 8 !== 0) {
    throw new RangeError(`maxRows must be a multiple of 8, got ${maxRows}`);
  }
  refuseSameRefIds(request.queries);
  const pace = startPace();
  for (const query of request.queries) {
    const { refId } = query;
    try {
      yield* answerOne(request.format, refId, toRows(refId, await answer(query)), maxRows, pace);
    } catch (reason) {
      signal?.throwIfAborted();
      yield encodeFailedChunk(refId, reason);
    }
  }
}

/** Without the format, as the Go SDK sends it. */
function encodeFailedChunk(refId: string, reason: unknown): Chunk {
  const chunk: Chunk = { refId, ...describeFailure(reason) };
  return reason instanceof QueryError ? chunk : markDefect(chunk, reason);
}

async function* answerOne(
  format: DataFrameFormat,
  refId: string,
  rows: Rows,
  maxRows: number,
  pace: Pace,
): AsyncGenerator<Chunk> {
  const shapes = new Map<string, string>();
  for await (const item of rows) {
    const { frame, frameId = idByShape(shapes, frame) } = toFrameRows(refId, item);
    const shape = shapeOf(frame);
    const isFirst = !shapes.has(frameId);
    if (!isFirst && shapes.get(frameId) !== shape) {
      throw new FrameError(
        "invalid_value",
        `rows of frame "${frameId}": expected the fields of its first rows, ${shapes.get(frameId)}, got ${shape}`,
      );
    }
    shapes.set(frameId, shape);
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

function idByShape(shapes: ReadonlyMap<string, string>, frame: Frame): string {
  const shape = shapeOf(frame);
  for (const [id, known] of shapes) if (known === shape) return id;
  return String(shapes.size);
}

/** The parts that have to be the same in all chunks of a frame. */
function shapeOf({ name, fields }: Frame): string {
  return JSON.stringify([
    name,
    fields.map((field) => [field.name, field.kind, field.nullable, field.labels ?? null]),
  ]);
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
