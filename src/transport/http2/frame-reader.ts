import { ErrorCode } from "./error-codes.ts";
import { Flag, FrameType, frameHeaderBytes } from "./frame-types.ts";
import { Http2Error } from "./http2-error.ts";

/** Receives frames in their order. An exception ends the reading. */
export interface FrameHandler {
  /** A header block of this stream is open: only CONTINUATION may come (RFC 9113 §6.10). 0 for none. */
  readonly openBlock: number;
  /** A DATA frame begins: `payloadBytes` count towards flow control, padding and all (RFC 9113 §6.1). */
  onDataFrame(streamId: number, payloadBytes: number, endStream: boolean): void;
  /** Some bytes of that frame without padding, possibly none; `paddingBytes` come with the last ones. */
  onDataBytes(bytes: Buffer, isLast: boolean, paddingBytes: number): void;
  /** Any other frame that RFC 9113 knows. The payload is valid within the call only. */
  onFrame(type: number, flags: number, streamId: number, payload: Buffer): void;
  /** A frame of a type that RFC 9113 does not know; to be ignored (§5.5). */
  onUnknownFrame(): void;
}

const none = Buffer.alloc(0);
const inHeader = 0;
const inPayload = 1;
const inData = 2;
const inSkipped = 3;
const isStopped = 4;

/**
 * Splits the bytes of a socket into frames (RFC 9113 §4.1), at any chunk boundary. DATA is passed on as it arrives, by
 * reference. Another frame is copied only when it is split.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  readonly #maxFrameBytes: number;
  #phase = inHeader;
  /** The first bytes of a frame header that is split. */
  readonly #header = Buffer.alloc(frameHeaderBytes);
  #headerBytes = 0;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Remaining bytes of the payload; for DATA without the padding. */
  #left = 0;
  #paddingBytes = 0;
  #isPadLengthNext = false;
  /** Made for the first frame that is split. */
  #payload: Buffer = none;
  #payloadBytes = 0;
  #framesLeft: number = Number.MAX_SAFE_INTEGER;

  constructor(handler: FrameHandler, maxFrameBytes: number) {
    this.#handler = handler;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** A frame other than DATA is incomplete; the frame timeout does not apply to DATA. */
  get isWithinFrame(): boolean {
    return this.#phase === inPayload || this.#phase === inSkipped || this.#headerBytes > 0;
  }

  /** How many frames may begin before {@link read} stops. */
  get framesLeft(): number {
    return this.#framesLeft;
  }

  /** Lets this many frames begin, no matter how many were left. */
  allowFrames(count: number): void {
    this.#framesLeft = count;
  }

  /** Ignores all further bytes. */
  stop(): void {
    this.#phase = isStopped;
  }

  /**
   * Reads the next bytes; they are not needed after the call. Returns how many were read: all, unless no frame may begin.
   * @throws Http2Error a connection error.
   */
  read(bytes: Buffer): number {
    let at = 0;
    while (this.#phase !== isStopped) {
      if (this.#phase === inHeader) {
        if (at === bytes.length || this.#framesLeft <= 0) return at;
        if (this.#headerBytes === 0 && bytes.length - at >= frameHeaderBytes) {
          this.#begin(bytes, at);
          at += frameHeaderBytes;
        } else at = this.#collectHeader(bytes, at);
      } else if (this.#phase === inPayload) {
        if (at === bytes.length && this.#left > 0) return at;
        at = this.#readPayload(bytes, at);
      } else if (this.#phase === inData) {
        if (at === bytes.length && this.#left > 0) return at;
        at = this.#readData(bytes, at);
      } else {
        const skipped = Math.min(this.#left, bytes.length - at);
        at += skipped;
        this.#left -= skipped;
        if (this.#left > 0) return at;
        this.#phase = inHeader;
      }
    }
    return bytes.length;
  }

  #collectHeader(bytes: Buffer, start: number): number {
    const end = Math.min(bytes.length, start + frameHeaderBytes - this.#headerBytes);
    bytes.copy(this.#header, this.#headerBytes, start, end);
    this.#headerBytes += end - start;
    if (this.#headerBytes === frameHeaderBytes) {
      this.#headerBytes = 0;
      this.#begin(this.#header, 0);
    }
    return end;
  }

  #begin(b: Buffer, at: number): void {
    this.#framesLeft--;
    const length = ((b[at] ?? 0) << 16) | ((b[at + 1] ?? 0) << 8) | (b[at + 2] ?? 0);
    const type = b[at + 3] ?? 0;
    const flags = b[at + 4] ?? 0;
    // The first bit is reserved and ignored (RFC 9113 §4.1).
    const streamId =
      (((b[at + 5] ?? 0) & 0x7f) << 24) |
      ((b[at + 6] ?? 0) << 16) |
      ((b[at + 7] ?? 0) << 8) |
      (b[at + 8] ?? 0);
    if (length > this.#maxFrameBytes) {
      throw frameSizeError(`a frame has ${length} bytes, allowed are ${this.#maxFrameBytes}`);
    }
    const { openBlock } = this.#handler;
    if (openBlock !== 0 && (type !== FrameType.continuation || streamId !== openBlock)) {
      throw protocolError(`stream ${openBlock} has an open header block, and a frame of type ${type} came`);
    }
    this.#type = type;
    this.#flags = flags;
    this.#streamId = streamId;
    this.#left = length;
    if (type === FrameType.data) this.#beginData(length);
    else if (type > FrameType.continuation) {
      this.#phase = inSkipped;
      this.#handler.onUnknownFrame();
    } else {
      checkSize(type, flags, length);
      this.#phase = inPayload;
    }
  }

  #beginData(length: number): void {
    this.#phase = inData;
    this.#paddingBytes = 0;
    this.#isPadLengthNext = (this.#flags & Flag.padded) !== 0;
    if (this.#isPadLengthNext && length === 0) throw frameSizeError("a padded DATA frame has no pad length");
    this.#handler.onDataFrame(this.#streamId, length, (this.#flags & Flag.endStream) !== 0);
  }

  #readData(bytes: Buffer, start: number): number {
    let at = start;
    if (this.#isPadLengthNext) {
      this.#isPadLengthNext = false;
      const padding = bytes[at++] ?? 0;
      this.#left -= 1 + padding;
      if (this.#left < 0) throw protocolError("the padding of a DATA frame is longer than the frame");
      this.#paddingBytes = 1 + padding;
      if (this.#left > 0 && at === bytes.length) return at;
    }
    const end = Math.min(bytes.length, at + this.#left);
    const piece = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end);
    this.#left -= end - at;
    const isLast = this.#left === 0;
    if (isLast) {
      // One byte less than what counts, because the pad length was already read.
      this.#left = Math.max(0, this.#paddingBytes - 1);
      this.#phase = this.#left > 0 ? inSkipped : inHeader;
    }
    this.#handler.onDataBytes(piece, isLast, isLast ? this.#paddingBytes : 0);
    return end;
  }

  #readPayload(bytes: Buffer, start: number): number {
    const end = Math.min(bytes.length, start + this.#left);
    const isWhole = this.#left === end - start;
    if (isWhole && this.#payloadBytes === 0) {
      this.#phase = inHeader;
      this.#handler.onFrame(this.#type, this.#flags, this.#streamId, bytes.subarray(start, end));
      return end;
    }
    if (this.#payload.length === 0) this.#payload = Buffer.allocUnsafeSlow(this.#maxFrameBytes);
    bytes.copy(this.#payload, this.#payloadBytes, start, end);
    this.#payloadBytes += end - start;
    this.#left -= end - start;
    if (!isWhole) return end;
    const payload = this.#payload.subarray(0, this.#payloadBytes);
    this.#payloadBytes = 0;
    this.#phase = inHeader;
    this.#handler.onFrame(this.#type, this.#flags, this.#streamId, payload);
    return end;
  }
}

/**
 * Rejects control frames whose length is wrong for their type (RFC 9113 §6.4 to §6.9). A wrong PRIORITY only affects
 * its stream (§6.3).
 */
function checkSize(type: number, flags: number, length: number): void {
  if (type === FrameType.settings) {
    if (flags & Flag.ack ? length !== 0 : length % 6 !== 0) {
      throw frameSizeError(`a SETTINGS frame has ${length} bytes`);
    }
    return;
  }
  const expected =
    type === FrameType.ping
      ? 8
      : type === FrameType.rstStream || type === FrameType.windowUpdate
        ? 4
        : length;
  if (length !== expected || (type === FrameType.goaway && length < 8)) {
    throw frameSizeError(`a frame of type ${type} has ${length} bytes`);
  }
}

/**
 * The part of a HEADERS payload that is the block: without pad length, priority and padding (RFC 9113 §6.2).
 * @throws Http2Error PROTOCOL_ERROR or FRAME_SIZE_ERROR where they do not fit.
 */
export function headerFragment(flags: number, payload: Buffer): Buffer {
  const isPadded = (flags & Flag.padded) !== 0;
  const start = (isPadded ? 1 : 0) + (flags & Flag.priority ? 5 : 0);
  if (start > payload.length) throw frameSizeError("a HEADERS frame ends before its header block");
  const end = payload.length - (isPadded ? (payload[0] ?? 0) : 0);
  if (end < start) throw protocolError("the padding of a HEADERS frame is longer than the frame");
  return start === 0 && end === payload.length ? payload : payload.subarray(start, end);
}

/** Which stream a priority at this place of a payload depends on (RFC 7540 §6.3). */
export function dependency(payload: Buffer, at: number): number {
  return payload.length < at + 4 ? 0 : payload.readUInt32BE(at) & 0x7fffffff;
}

function protocolError(message: string): Http2Error {
  return new Http2Error(ErrorCode.protocolError, message);
}

function frameSizeError(message: string): Http2Error {
  return new Http2Error(ErrorCode.frameSizeError, message);
}
