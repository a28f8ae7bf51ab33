import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  DataFrameFormat,
  type DataResponse,
  type DataResponseSchema,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { messageOf } from "../../errors.ts";
import type { FileMemory } from "../../frames/file-memory.ts";
import type { Frame } from "../../frames/frame.ts";
import { decodeFrames, encodeFrameInSlices, type FrameFormat } from "../../frames/frame-codec.ts";
import { type Pace, startPace } from "../../frames/pace.ts";
import { markDefect } from "../../handlers/defect.ts";
import { declaredSource, type ErrorSource, errorSourceOf } from "../../handlers/error-source.ts";
import { toHttpStatus } from "./http-status.ts";
import { QueryError } from "./query-error.ts";

/** The wire fields of a query that went well. */
type EncodedResponse = MessageInitShape<typeof DataResponseSchema>;

/** The decoded outcome of one query. */
export interface QueryOutcome {
  readonly frames: readonly Frame[];
  /** An HTTP status. 200 if the plugin, made with an older SDK, sends neither a status nor an error. */
  readonly status: number;
  /** Absent when the query succeeded. A failed query may have frames too. */
  readonly error: QueryError | undefined;
}

/** The format of frames that a request or a response names. An unknown number counts as Arrow. */
export function frameFormatOf(format: DataFrameFormat): FrameFormat {
  return format === DataFrameFormat.JSON ? "json" : "arrow";
}

/**
 * Encodes the response of a successful query: status 200, the frames in that format. Frames without a refId get that of
 * the query. Large frames, and many, are encoded in slices of about 3 ms, between which other calls are answered: the
 * values must not change until it resolves.
 *
 * @throws FrameError when a frame cannot be encoded.
 */
export async function encodeDataResponse(
  refId: string,
  frames: readonly Frame[],
  format: DataFrameFormat = DataFrameFormat.ARROW,
): Promise<EncodedResponse> {
  return encodeAtPace(refId, frames, format, startPace(), undefined);
}

/** {@link encodeDataResponse} in the slices of a call. A promise only if its slice is over before it is done. */
export function encodeAtPace(
  refId: string,
  frames: readonly Frame[],
  format: DataFrameFormat,
  pace: Pace,
  memory: FileMemory | undefined,
): EncodedResponse | Promise<EncodedResponse> {
  const frameFormat = frameFormatOf(format);
  const options = { format: frameFormat, refId, memory };
  const encoded: Uint8Array[] = [];
  const response = {
    status: 200,
    frames: encoded,
    format: frameFormat === "json" ? DataFrameFormat.JSON : DataFrameFormat.ARROW,
  };
  for (const [index, frame] of frames.entries()) {
    const bytes = encodeFrameInSlices(frame, options, pace);
    if (!(bytes instanceof Uint8Array)) {
      const rest = frames.slice(index + 1);
      return encodeRest(encoded, bytes, rest, options, pace).then(() => response);
    }
    encoded.push(bytes);
  }
  return response;
}

async function encodeRest(
  encoded: Uint8Array[],
  first: Promise<Uint8Array>,
  rest: readonly Frame[],
  options: Parameters<typeof encodeFrameInSlices>[1],
  pace: Pace,
): Promise<void> {
  encoded.push(await first);
  for (const frame of rest) encoded.push(await encodeFrameInSlices(frame, options, pace));
}

/**
 * Encodes the response of a failed query. Its format is the request's, because a host may decode before it checks the
 * error. An exception without an `errorSource`, which a {@link QueryError} has, is a defect, which the plugin logs when the
 * handler answers with this response.
 */
export function encodeErrorResponse(
  reason: unknown,
  format: DataFrameFormat = DataFrameFormat.ARROW,
): MessageInitShape<typeof DataResponseSchema> {
  const response = { ...describeFailure(reason), format };
  return declaredSource(reason) === undefined ? markDefect(response, reason) : response;
}

/**
 * The wire fields of a failed query. Status 500 for any exception other than {@link QueryError}, and for a status that
 * is not one of HTTP. Hosts treat an empty error as success, so it gets a text.
 */
export function describeFailure(reason: unknown): {
  readonly error: string;
  readonly status: number;
  readonly errorSource: ErrorSource;
} {
  const status = reason instanceof QueryError ? reason.status : 500;
  return {
    error: cutText(messageOf(reason)) || "the query failed without a message",
    status: toHttpStatus(status),
    errorSource: errorSourceOf(reason) ?? "plugin",
  };
}

/** Longest error in characters: a longer one, such as a whole page of HTML, would fail the queries beside it, too. */
const maxErrorChars = 64 << 10;

function cutText(text: string): string {
  return text.length > maxErrorChars ? `${text.slice(0, maxErrorChars)}…` : text;
}

/**
 * Decodes the response of one query; its frames have the format that the response names. Without a status, as from
 * plugins of older SDKs, it is 200, or 500 if there is an error. A number that is not a status becomes 500.
 *
 * @throws FrameError when a frame cannot be decoded.
 */
export async function decodeDataResponse(refId: string, response: DataResponse): Promise<QueryOutcome> {
  const frames = await decodeFrames(response.frames, { format: frameFormatOf(response.format) });
  const status = readOutcome(response);
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

/** The status of a response or a chunk; old plugins leave it out. */
export function readOutcome({ status, error }: { readonly status: number; readonly error: string }): number {
  return status === 0 && error === "" ? 200 : toHttpStatus(status);
}
