import type { Frame } from "./frame.ts";
import { encodeFrameJson } from "./json/encode-frame-json.ts";
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

let codec: Promise<FrameCodec> | undefined;

/**
 * Loads what reads and writes Arrow, once, and gives functions that then need no promise: for a plugin that encodes frames
 * all the time.
 */
export async function loadArrow(): Promise<FrameCodec> {
  codec ??= makeCodec();
  return codec;
}

async function makeCodec(): Promise<FrameCodec> {
  const [{ encodeArrow }, { decodeArrow }] = await Promise.all([
    import("./arrow/encode-arrow.ts"),
    import("./arrow/decode-arrow.ts"),
  ]);
  const encodeOne = (frame: Frame, { format, refId }: EncodeOptions = {}): Uint8Array =>
    format === "json" ? encodeJson(frame, refId) : encodeArrow(frame, refId);
  const decodeOne = (bytes: Uint8Array, format?: FrameFormat): Frame =>
    format === "json" ? parseFrameJson(bytes) : decodeArrow(bytes);
  return {
    encodeFrame: encodeOne,
    encodeFrames: (frames, options) => frames.map((frame) => encodeOne(frame, options)),
    decodeFrame: decodeOne,
    decodeFrames: (frames, format) => frames.map((bytes) => decodeOne(bytes, format)),
  };
}

/**
 * Writes a frame as the bytes that travel in a response.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`, `invalid_value`, `unequal_lengths`,
 *   `limit_exceeded`.
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
  if (format === "json") return parseFrameJson(bytes);
  return (await loadArrow()).decodeFrame(bytes);
}

/** {@link decodeFrame} for each frame of a response. */
export async function decodeFrames(
  frames: readonly Uint8Array[],
  format: FrameFormat = "arrow",
): Promise<Frame[]> {
  return Promise.all(frames.map((bytes) => decodeFrame(bytes, format)));
}

function encodeJson(frame: Frame, refId: string | undefined): Uint8Array {
  const named = frame.refId === "" && refId !== undefined ? { ...frame, refId } : frame;
  return encodeFrameJson(named);
}
