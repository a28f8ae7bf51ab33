import { Code, ConnectError } from "@connectrpc/connect";
import { decompress } from "./gzip.ts";

/** Who gets the messages. */
export interface MessageSink {
  onMessage(message: Uint8Array): void;
}

/**
 * Puts length-prefixed messages together from DATA in any pieces (PROTOCOL-HTTP2, "Length-Prefixed-Message"). A class
 * because there is one for each call.
 */
export class MessageReader {
  readonly #maxBytes: number;
  readonly #encoding: string | undefined;
  readonly #sink: MessageSink;
  #prefixBytes = 0;
  #flag = 0;
  #length = 0;
  #body: Uint8Array | undefined;
  #filled = 0;

  /** @param encoding the peer's `grpc-encoding` */
  constructor(maxBytes: number, encoding: string | undefined, sink: MessageSink) {
    this.#maxBytes = maxBytes;
    this.#encoding = encoding;
    this.#sink = sink;
  }

  /** A message has begun and is not complete. */
  isWithinMessage(): boolean {
    return this.#prefixBytes > 0;
  }

  /**
   * Reads the bytes within the call, and gives each message that they complete to the sink, in memory of its own.
   * @throws ConnectError RESOURCE_EXHAUSTED for a message above the limit, as soon as its prefix is here; INTERNAL for
   * a prefix or a compressed message that breaks the rules.
   */
  read(bytes: Uint8Array): void {
    const { length: size } = bytes;
    /** A copy of `bytes`, made for all messages that lie in it whole. */
    let own: Uint8Array | undefined;
    let ownOffset = 0;
    let at = 0;
    while (at < size) {
      if (this.#prefixBytes < prefixLength) {
        this.#readPrefix(bytes[at++] ?? 0);
        if (this.#prefixBytes < prefixLength) continue;
        this.#begin();
        if (this.#length === 0) {
          this.#end(noBytes);
          continue;
        }
      }
      const length = this.#length;
      if (this.#body === undefined && size - at >= length) {
        if (own === undefined) {
          // Mostly the one message is all there is.
          ownOffset = at;
          own = allocate(size - at);
          own.set(at === 0 ? bytes : bytes.subarray(at));
        }
        const from = at - ownOffset;
        at += length;
        this.#end(from === 0 && length === own.length ? own : own.subarray(from, from + length));
        continue;
      }
      at = this.#collect(bytes, at);
    }
  }

  #readPrefix(byte: number): void {
    if (this.#prefixBytes === 0) {
      this.#flag = byte;
      this.#length = 0;
    } else this.#length = this.#length * 0x100 + byte;
    this.#prefixBytes++;
  }

  #begin(): void {
    const flag = this.#flag;
    if (flag > 1) throw new ConnectError(`a message has the flags ${flag}, expected 0 or 1`, Code.Internal);
    if (flag === 1 && this.#encoding !== "gzip") {
      throw new ConnectError("a message is compressed, and the headers do not say how", Code.Internal);
    }
    if (this.#length > this.#maxBytes) {
      throw new ConnectError(
        `a message has ${this.#length} bytes, more than the limit of ${this.#maxBytes}`,
        Code.ResourceExhausted,
      );
    }
  }

  /** Adds to a message that comes in pieces. Returns the place after what belongs to it. */
  #collect(bytes: Uint8Array, start: number): number {
    const { length: size } = bytes;
    let at = start;
    while (at < size && this.#filled < this.#length) {
      const room = this.#makeRoom();
      const part = Math.min(size - at, room.length - this.#filled);
      room.set(part === size ? bytes : bytes.subarray(at, at + part), this.#filled);
      this.#filled += part;
      at += part;
    }
    if (this.#filled === this.#length && this.#body !== undefined) {
      const message = this.#body;
      this.#body = undefined;
      this.#filled = 0;
      this.#end(message);
    }
    return at;
  }

  /** Room for the message: all of it once a sixteenth is here, so that announcing much costs the peer something. */
  #makeRoom(): Uint8Array {
    if (this.#body === undefined) {
      this.#body = allocate(Math.min(this.#length, Math.max(eagerBytes, this.#length >>> 4)));
    } else if (this.#filled === this.#body.length) {
      const larger = allocate(this.#length);
      larger.set(this.#body);
      this.#body = larger;
    }
    return this.#body;
  }

  #end(message: Uint8Array): void {
    this.#prefixBytes = 0;
    this.#sink.onMessage(this.#flag === 1 ? decompress(message, this.#maxBytes) : message);
  }
}

/**
 * Byte fields are views into it: a plain array, because a `Buffer` would make them buffers, which slice otherwise. Small
 * ones share memory by Node's own pool, for an `ArrayBuffer` of its own costs a small message more than all else; large
 * ones are not filled with zeros that are overwritten anyway.
 */
function allocate(bytes: number): Uint8Array {
  const { buffer, byteOffset } =
    bytes < pooledBytes ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer, byteOffset, bytes);
}

/** Below half of Node's pool. */
const pooledBytes = 4096;
const prefixLength = 5;
/** Up to here a message has its memory at once: what nobody has written to is only addresses. */
const eagerBytes = 4 * 2 ** 20;
const noBytes = new Uint8Array(0);
