import { decodeArrow } from "./arrow/decode-arrow.ts";
import { encodeArrow, encodeArrowInSteps } from "./arrow/encode-arrow.ts";
import { checkFrame } from "./check-frame.ts";
import type { FileMemory } from "./file-memory.ts";
import type { Frame } from "./frame.ts";
import { type FrameBytes, toBytes } from "./frame-bytes.ts";
import { invalidArgument } from "./invalid-value.ts";
import { encodeFrameJson, encodeFrameJsonInSteps, type FrameJsonPart } from "./json/encode-frame-json.ts";
import { parseFrameJson } from "./json/parse-frame-json.ts";
import type { Pace } from "./pace.ts";

/** The encoding of a frame: an Arrow file, or JSON. */
export type FrameFormat = "arrow" | "json";

/** Options of {@link encodeFrame}. */
export interface EncodeOptions {
  /** Default `arrow`, which every host reads. */
  readonly format?: FrameFormat | undefined;
  /** The refId for a frame whose own is empty, as hosts expect in a response. */
  readonly refId?: string | undefined;
  /**
   * Whether an Arrow file may have rows of more than 256 MiB, which Go hosts refuse, and readers in other languages
   * take. Default false.
   */
  readonly anySize?: boolean | undefined;
}

/** Options of {@link decodeFrame}. */
export interface DecodeOptions {
  /** The format that the response names, not the one that was requested. Default `arrow`. */
  readonly format?: FrameFormat | undefined;
}

/** The four functions of this module without a promise. */
export interface FrameCodec {
  encodeFrame(frame: Frame, options?: EncodeOptions): Uint8Array;
  encodeFrames(frames: readonly Frame[], options?: EncodeOptions): Uint8Array[];
  decodeFrame(bytes: FrameBytes, options?: DecodeOptions): Frame;
  decodeFrames(frames: readonly FrameBytes[], options?: DecodeOptions): Frame[];
}

/**
 * Resolves with the synchronous functions, for a plugin that encodes many frames.
 *
 * It no longer loads anything: bundlers place modules of an `import()` behind the program's own top-level await, which
 * is too late. It stays a promise, so that a codec may need one later.
 */
export async function loadFrameCodec(): Promise<FrameCodec> {
  return codec;
}

const codec: FrameCodec = {
  encodeFrame: encodeOne,
  encodeFrames: (frames, options) => listOf("encodeFrames", frames).map((frame) => encodeOne(frame, options)),
  decodeFrame: decodeOne,
  decodeFrames: (frames, options) => listOf("decodeFrames", frames).map((bytes) => decodeOne(bytes, options)),
};

function encodeOne(frame: Frame, options: EncodeOptions = {}): Uint8Array {
  checkFrame("encodeFrame", frame);
  return isJson(options.format)
    ? encodeFrameJson(withRefId(frame, options.refId))
    : encodeArrow(frame, options);
}

/** What is not in the frame itself. */
interface SliceOptions extends EncodeOptions {
  readonly part?: FrameJsonPart | undefined;
  /** For Arrow files. Default: memory of its own. */
  readonly memory?: FileMemory | undefined;
}

/**
 * {@link encodeFrame} which lets other calls be answered in between. The values of the frame must not change until it
 * resolves. Returns the bytes themselves if they are there before the slice is over, as those of a small frame.
 */
export function encodeFrameInSlices(
  frame: Frame,
  options: SliceOptions,
  pace: Pace,
): Uint8Array | Promise<Uint8Array> {
  checkFrame("encodeFrame", frame);
  if (pace.isOver()) return pace.nextSlice().then(() => encodeInSlices(frame, options, pace));
  return encodeInSlices(frame, options, pace);
}

function encodeInSlices(frame: Frame, options: SliceOptions, pace: Pace): Uint8Array | Promise<Uint8Array> {
  const steps = isJson(options.format)
    ? encodeFrameJsonInSteps(withRefId(frame, options.refId), options.part)
    : encodeArrowInSteps(frame, options);
  if (steps instanceof Uint8Array) return steps;
  do {
    const step = steps.next();
    if (step.done) return step.value;
  } while (!pace.isOver());
  return encodeRest(steps, pace);
}

async function encodeRest(steps: Iterator<void, Uint8Array>, pace: Pace): Promise<Uint8Array> {
  for (;;) {
    if (pace.isOver()) await pace.nextSlice();
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function decodeOne(bytes: FrameBytes, options: DecodeOptions = {}): Frame {
  if (typeof options !== "object") {
    throw invalidArgument("the options of decodeFrame", 'an object such as { format: "json" }', options);
  }
  const input = toBytes("decodeFrame", bytes);
  return isJson(options.format) ? parseFrameJson(input) : decodeArrow(input);
}

/**
 * Encodes a frame for a response.
 *
 * @throws FrameError `invalid_meta`, `invalid_config`, `invalid_labels`, `invalid_value`, `unequal_lengths`,
 *   `limit_exceeded`.
 */
export async function encodeFrame(frame: Frame, options: EncodeOptions = {}): Promise<Uint8Array> {
  return encodeOne(frame, options);
}

/** {@link encodeFrame} for each frame of a response. */
export async function encodeFrames(
  frames: readonly Frame[],
  options: EncodeOptions = {},
): Promise<Uint8Array[]> {
  return Promise.all(listOf("encodeFrames", frames).map((frame) => encodeFrame(frame, options)));
}

/**
 * Decodes a frame of a response.
 *
 * @throws FrameError for any invalid bytes: they are not trusted, and the work is bounded by their number.
 */
export async function decodeFrame(bytes: FrameBytes, options: DecodeOptions = {}): Promise<Frame> {
  return decodeOne(bytes, options);
}

/** {@link decodeFrame} for each frame of a response. */
export async function decodeFrames(
  frames: readonly FrameBytes[],
  options: DecodeOptions = {},
): Promise<Frame[]> {
  return Promise.all(listOf("decodeFrames", frames).map((bytes) => decodeFrame(bytes, options)));
}

function withRefId(frame: Frame, refId: string | undefined): Frame {
  return frame.refId === "" && refId !== undefined ? { ...frame, refId } : frame;
}

/** @throws FrameError `invalid_value` for a format that does not exist, such as the number of the wire. */
function isJson(format: FrameFormat | undefined): boolean {
  if (format === "json") return true;
  if (format === undefined || format === "arrow") return false;
  throw invalidArgument("the format of a frame", '"arrow" or "json"', format);
}

function listOf<T>(caller: string, list: readonly T[]): readonly T[] {
  if (Array.isArray(list)) return list;
  throw invalidArgument(caller, "a list", list);
}
