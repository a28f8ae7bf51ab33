import { decodeArrow } from "./arrow/decode-arrow.ts";
import type { ArrowModule } from "./arrow/encode-arrow.ts";
import { encodeArrow } from "./arrow/encode-arrow.ts";
import type { Frame } from "./frame.ts";
import { formatFrameJson } from "./json/format-frame-json.ts";
import { parseFrameJson } from "./json/parse-frame-json.ts";

/** How the bytes of a frame are written: an Arrow file, or JSON. */
export type FrameFormat = "arrow" | "json";

/** What {@link encodeFrame} needs beside the frame. */
export interface EncodeOptions {
  /** Default `arrow`, which every host reads. */
  readonly format?: FrameFormat | undefined;
  /** Fills the frame's own refId when that is empty, as hosts expect of the frames of a response. */
  readonly refId?: string | undefined;
}

/** The four functions of this module without a promise. */
export interface FrameCodec {
  encodeFrame(frame: Frame, options?: EncodeOptions): Uint8Array;
  encodeFrames(frames: readonly Frame[], options?: EncodeOptions): Uint8Array[];
  decodeFrame(bytes: Uint8Array, format?: FrameFormat): Frame;
  decodeFrames(frames: readonly Uint8Array[], format?: FrameFormat): Frame[];
}

/**
 * Loads apache-arrow, which takes some 100 ms the first time, and gives functions that then need no promise: for a
 * plugin that encodes frames all the time. Node keeps the module, so calling it again costs nothing.
 */
export async function loadArrow(): Promise<FrameCodec> {
  const arrow: ArrowModule = await import("apache-arrow");
  const encode = (frame: Frame, { format = "arrow", refId }: EncodeOptions = {}): Uint8Array =>
    format === "json" ? encodeJson(frame, refId) : encodeArrow(arrow, frame, refId);
  return {
    encodeFrame: encode,
    encodeFrames: (frames, options) => frames.map((frame) => encode(frame, options)),
    decodeFrame: decode,
    decodeFrames: (frames, format) => frames.map((bytes) => decode(bytes, format)),
  };
}

/**
 * Writes a frame as the bytes that travel in a response.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`, `invalid_value`, `limit_exceeded`.
 */
export async function encodeFrame(frame: Frame, options: EncodeOptions = {}): Promise<Uint8Array> {
  if (options.format === "json") return encodeJson(frame, options.refId);
  return (await loadArrow()).encodeFrame(frame, options);
}

/** {@link encodeFrame} for each frame of a response. */
export async function encodeFrames(
  frames: readonly Frame[],
  options: EncodeOptions = {},
): Promise<Uint8Array[]> {
  return Promise.all(frames.map((frame) => encodeFrame(frame, options)));
}

/**
 * Reads a frame from the bytes of a response.
 *
 * @param format what the response says of its frames, not what was asked for
 * @throws FrameError whatever is wrong with the bytes: nothing in them is trusted, and the work is bounded by
 *   their number.
 */
export async function decodeFrame(bytes: Uint8Array, format: FrameFormat = "arrow"): Promise<Frame> {
  return decode(bytes, format);
}

/** {@link decodeFrame} for each frame of a response. */
export async function decodeFrames(
  frames: readonly Uint8Array[],
  format: FrameFormat = "arrow",
): Promise<Frame[]> {
  return frames.map((bytes) => decode(bytes, format));
}

function decode(bytes: Uint8Array, format: FrameFormat = "arrow"): Frame {
  return format === "json" ? parseFrameJson(bytes) : decodeArrow(bytes);
}

function encodeJson(frame: Frame, refId: string | undefined): Uint8Array {
  const named = frame.refId === "" && refId !== undefined ? { ...frame, refId } : frame;
  return new TextEncoder().encode(formatFrameJson(named));
}
