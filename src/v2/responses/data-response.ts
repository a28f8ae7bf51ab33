import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  DataFrameFormat,
  type DataResponse,
  type DataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { Frame } from "../../frames/frame.ts";
import { decodeFrames, encodeFrames, type FrameFormat } from "../../frames/load-arrow.ts";
import { type ErrorSource, QueryError } from "./query-error.ts";

/** The outcome of one query as a host reads it. */
export interface QueryResult {
  readonly frames: readonly Frame[];
  /** An HTTP status. */
  readonly status: number;
  /** Absent when the query succeeded. A failed query may have frames too. */
  readonly error: QueryError | undefined;
}

/** The format of frames that a request or a response names. A number that is not known counts as Arrow. */
export function frameFormatOf(format: DataFrameFormat): FrameFormat {
  return format === DataFrameFormat.JSON ? "json" : "arrow";
}

/**
 * The response of a query that succeeded: status 200, the frames in that format, and each frame named
 * after its query unless it names another.
 *
 * @throws FrameError when a frame cannot be encoded.
 */
export async function encodeDataResponse(
  refId: string,
  frames: readonly Frame[],
  format: DataFrameFormat = DataFrameFormat.ARROW,
): Promise<MessageInitShape<typeof DataResponseSchema>> {
  const frameFormat = frameFormatOf(format);
  return {
    status: 200,
    frames: await encodeFrames(frames, { format: frameFormat, refId }),
    format: frameFormat === "json" ? DataFrameFormat.JSON : DataFrameFormat.ARROW,
  };
}

/** The response of a query that failed. Its format is the request's: a host may decode before it looks at the error. */
export function encodeFailure(
  reason: unknown,
  format: DataFrameFormat = DataFrameFormat.ARROW,
): MessageInitShape<typeof DataResponseSchema> {
  const { message, status, errorSource } = toQueryError(reason);
  return { error: message, status, errorSource, format };
}

/** What is no {@link QueryError} is a defect of the plugin: status 500. Hosts take an empty error for success. */
export function toQueryError(reason: unknown): QueryError {
  if (reason instanceof QueryError && reason.message !== "") return reason;
  const message =
    (reason instanceof Error ? reason.message : String(reason)) || "the query failed without a message";
  return new QueryError(message, reason instanceof QueryError ? reason : { cause: reason });
}

/**
 * Reads the response of one query, its frames in the format that it names itself. A status that is none reads
 * as 500, as Go hosts read it.
 *
 * @throws FrameError when a frame cannot be decoded.
 */
export async function decodeDataResponse(refId: string, response: DataResponse): Promise<QueryResult> {
  const frames = await decodeFrames(response.frames, frameFormatOf(response.format));
  const status = readStatus(response.status);
  return {
    frames: frames.map((frame) => (frame.refId === "" ? { ...frame, refId } : frame)),
    status,
    error: readError(response, status),
  };
}

/** @returns `undefined` for an outcome without an error */
export function readError(
  { error, errorSource }: { readonly error: string; readonly errorSource: string },
  status: number,
): QueryError | undefined {
  if (error === "") return undefined;
  const source: ErrorSource = errorSource === "downstream" ? "downstream" : "plugin";
  return new QueryError(error, { status, errorSource: source });
}

export function readStatus(status: number): number {
  return status >= 100 && status <= 599 ? status : 500;
}
