import { Flag, FrameType, frameHeaderBytes, minMaxFrameBytes } from "./frame-types.ts";
import type { HpackEncoder } from "./hpack/encoder.ts";
import type { OutputBuffer } from "./output-buffer.ts";

/** Our frames are never larger, even if the peer allows it: large frames make streams wait for one another. */
const maxSentFrameBytes = 64 * 1024;

/** Writes frames into an output buffer (RFC 9113 §4.1, §6). */
export class FrameWriter {
  readonly #output: OutputBuffer;
  readonly #encoder: HpackEncoder;
  #maxFrameBytes: number = minMaxFrameBytes;
  /** The last DATA frame, which may still grow: its stream, the place of its header, and its length. */
  #dataStreamId = 0;
  #dataSlab: Buffer | undefined;
  #dataAt = 0;
  #dataBytes = 0;

  constructor(output: OutputBuffer, encoder: HpackEncoder) {
    this.#output = output;
    this.#encoder = encoder;
  }

  /** The peer's SETTINGS_MAX_FRAME_SIZE, or less. */
  get maxFrameBytes(): number {
    return this.#maxFrameBytes;
  }

  /** Frames are at most as large as the peer's SETTINGS_MAX_FRAME_SIZE allows. */
  limitFrames(peerMaxFrameBytes: number): void {
    this.#maxFrameBytes = Math.min(peerMaxFrameBytes, maxSentFrameBytes);
  }

  /** @throws Error where the fields may not be sent; nothing is written then. */
  checkFields(fields: readonly string[]): void {
    this.#encoder.check(fields);
  }

  /** HEADERS, and CONTINUATION where the block is larger than a frame (RFC 9113 §6.2, §6.10). */
  headers(streamId: number, fields: readonly string[], endStream: boolean): void {
    const room = this.#encoder.maxBlockBytes(fields);
    if (room > this.#maxFrameBytes) {
      this.#longHeaders(streamId, fields, endStream, room);
      return;
    }
    const output = this.#output;
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
    for (let at = 0; at === 0 || at < end; at += this.#maxFrameBytes) {
      const next = Math.min(end, at + this.#maxFrameBytes);
      this.#header(next - at, type, flags | (next === end ? Flag.endHeaders : 0), streamId);
      this.#output.add(block.subarray(at, next));
      type = FrameType.continuation;
      flags = 0;
    }
  }

  /**
   * DATA with all of the chunks, which do not change any more. Extends the last frame if that is of the same stream and
   * small: many small messages become few frames.
   */
  data(streamId: number, chunks: readonly Uint8Array[], endStream: boolean): void {
    const output = this.#output;
    const flags = endStream ? Flag.endStream : 0;
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.length;
    if (this.#mayGrow(streamId, bytes)) {
      this.#dataBytes += bytes;
      writeFrameHeader(output.slab, this.#dataAt, this.#dataBytes, FrameType.data, flags, streamId);
    } else {
      this.#header(bytes, FrameType.data, flags, streamId);
      this.#dataStreamId = streamId;
      this.#dataSlab = output.slab;
      this.#dataAt = output.end - frameHeaderBytes;
      this.#dataBytes = bytes;
    }
    for (const chunk of chunks) output.add(chunk);
  }

  /**
   * Whether the last DATA frame is of this stream and ends the output: it was not taken, all of its chunks were copied
   * behind its header, and no other frame follows.
   */
  #mayGrow(streamId: number, bytes: number): boolean {
    const output = this.#output;
    return (
      this.#dataStreamId === streamId &&
      this.#dataSlab === output.slab &&
      this.#dataAt >= output.start &&
      this.#dataAt + frameHeaderBytes + this.#dataBytes === output.end &&
      this.#dataBytes + bytes <= this.#maxFrameBytes
    );
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
