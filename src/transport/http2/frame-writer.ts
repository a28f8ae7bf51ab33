import { Flag, FrameType, frameHeaderBytes, minMaxFrameBytes } from "./frame-types.ts";
import type { HpackEncoder } from "./hpack/encoder.ts";
import type { OutputBuffer } from "./output-buffer.ts";

/** Writes frames into an output buffer (RFC 9113 §4.1, §6). */
export class FrameWriter {
  readonly #output: OutputBuffer;
  readonly #encoder: HpackEncoder;
  /** The peer's SETTINGS_MAX_FRAME_SIZE, or less. */
  maxFrameBytes: number = minMaxFrameBytes;
  /** The last DATA frame, as long as no frame follows it and it was not sent: it may still grow. */
  #openStreamId = 0;
  #openSlab: Buffer | undefined;
  #openAt = 0;
  #openBytes = 0;
  #openEnd = 0;

  constructor(output: OutputBuffer, encoder: HpackEncoder) {
    this.#output = output;
    this.#encoder = encoder;
  }

  /** @throws Error where the fields may not be sent; nothing is written then. */
  checkFields(fields: readonly string[]): void {
    this.#encoder.check(fields);
  }

  /** HEADERS, and CONTINUATION where the block is larger than a frame (RFC 9113 §6.2, §6.10). */
  headers(streamId: number, fields: readonly string[], endStream: boolean): void {
    const room = this.#encoder.maxBlockBytes(fields);
    if (room > this.maxFrameBytes) {
      this.#longHeaders(streamId, fields, endStream, room);
      return;
    }
    const output = this.#output;
    this.#openStreamId = 0;
    output.makeRoom(frameHeaderBytes + room);
    const at = output.end;
    const end = this.#encoder.encode(fields, output.slab, at + frameHeaderBytes);
    const flags = Flag.endHeaders | (endStream ? Flag.endStream : 0);
    writeFrameHeader(output.slab, at, end - at - frameHeaderBytes, FrameType.headers, flags, streamId);
    output.end = end;
  }

  #longHeaders(streamId: number, fields: readonly string[], endStream: boolean, room: number): void {
    const block = Buffer.allocUnsafeSlow(room);
    const end = this.#encoder.encode(fields, block, 0);
    let type: number = FrameType.headers;
    let flags: number = endStream ? Flag.endStream : 0;
    for (let at = 0; at === 0 || at < end; at += this.maxFrameBytes) {
      const next = Math.min(end, at + this.maxFrameBytes);
      this.#header(next - at, type, flags | (next === end ? Flag.endHeaders : 0), streamId);
      this.#output.add(block.subarray(at, next));
      type = FrameType.continuation;
      flags = 0;
    }
  }

  /**
   * The header of DATA with `bytes` bytes, which the caller adds to the output next. Extends the previous frame if it
   * is of the same stream and small: many small messages become few frames.
   */
  data(streamId: number, bytes: number, endStream: boolean): void {
    const output = this.#output;
    if (
      this.#openStreamId === streamId &&
      this.#openSlab === output.slab &&
      this.#openEnd === output.end &&
      this.#openBytes + bytes <= this.maxFrameBytes
    ) {
      this.#openBytes += bytes;
      const flags = endStream ? Flag.endStream : 0;
      writeFrameHeader(output.slab, this.#openAt, this.#openBytes, FrameType.data, flags, streamId);
    } else {
      this.#header(bytes, FrameType.data, endStream ? Flag.endStream : 0, streamId);
      this.#openStreamId = streamId;
      this.#openSlab = output.slab;
      this.#openAt = output.end - frameHeaderBytes;
      this.#openBytes = bytes;
    }
    // The end of the output, if all bytes are copied behind the header.
    this.#openEnd = output.end + bytes;
  }

  /** Call it when the output is taken. */
  closeData(): void {
    this.#openStreamId = 0;
  }

  rstStream(streamId: number, errorCode: number): void {
    this.#header(4, FrameType.rstStream, 0, streamId);
    this.#uint32(errorCode);
  }

  /** Settings as number, value, number, value and so on (RFC 9113 §6.5.1). */
  settings(settings: readonly number[]): void {
    this.#header(settings.length * 3, FrameType.settings, 0, 0);
    const output = this.#output;
    output.makeRoom(settings.length * 3);
    for (let i = 0; i < settings.length; i += 2) {
      output.end = output.slab.writeUInt16BE(settings[i] ?? 0, output.end);
      output.end = output.slab.writeUInt32BE(settings[i + 1] ?? 0, output.end);
    }
  }

  settingsAck(): void {
    this.#header(0, FrameType.settings, Flag.ack, 0);
  }

  ping(payload: Uint8Array, ack: boolean): void {
    this.#header(8, FrameType.ping, ack ? Flag.ack : 0, 0);
    this.#output.add(payload);
  }

  goaway(lastStreamId: number, errorCode: number, debug: string): void {
    const text = Buffer.from(debug);
    this.#header(8 + text.length, FrameType.goaway, 0, 0);
    this.#uint32(lastStreamId);
    this.#uint32(errorCode);
    this.#output.add(text);
  }

  windowUpdate(streamId: number, bytes: number): void {
    this.#header(4, FrameType.windowUpdate, 0, streamId);
    this.#uint32(bytes);
  }

  #header(length: number, type: number, flags: number, streamId: number): void {
    const output = this.#output;
    this.#openStreamId = 0;
    // Room for the small payloads as well, so that they follow in the same slab.
    output.makeRoom(frameHeaderBytes + 8);
    writeFrameHeader(output.slab, output.end, length, type, flags, streamId);
    output.end += frameHeaderBytes;
  }

  #uint32(value: number): void {
    const output = this.#output;
    output.makeRoom(4);
    output.end = output.slab.writeUInt32BE(value >>> 0, output.end);
  }
}

function writeFrameHeader(
  target: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flags;
  target[at + 5] = streamId >>> 24;
  target[at + 6] = streamId >>> 16;
  target[at + 7] = streamId >>> 8;
  target[at + 8] = streamId;
}
