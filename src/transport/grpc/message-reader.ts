import { Code, type ConnectError } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { plainLength, tooLarge } from "./gzip.ts";
import { CompressedMessage, type ReceivedMessage } from "./received-message.ts";

/** Receives the messages. */
export interface MessageSink {
  onMessage(message: ReceivedMessage): void;
  /** Counts memory of incomplete messages, see `Http2Stream.hold`. False if the budget is used up. */
  hold(bytes: number): boolean;
}

/**
 * Assembles length-prefixed messages from pieces of DATA (PROTOCOL-HTTP2, "Length-Prefixed-Message"). A class because
 * there is one for each call.
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

  /** Whether a message has begun and is incomplete. */
  isWithinMessage(): boolean {
    return this.#prefixBytes > 0;
  }

  /**
   * Reads the bytes within the call, and passes each message that they complete to the sink, in its own memory.
   * @throws ConnectError RESOURCE_EXHAUSTED for a message above the limit, as soon as its prefix has arrived; INTERNAL
   *   for an invalid prefix, or bytes that are too few to be a compressed message.
   */
  read(bytes: Uint8Array): void {
    const { length: size } = bytes;
    /** A copy of `bytes`, made once for all messages that are complete in it. */
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
          // Usually the bytes hold exactly one message.
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
    if (flag > 1) throw rpcError(`a message has the flags ${flag}, expected 0 or 1`, Code.Internal);
    if (flag === 1 && this.#encoding !== "gzip") {
      throw rpcError("a message is compressed, and the headers do not say how", Code.Internal);
    }
    if (this.#length > this.#maxBytes) throw tooLarge(this.#length, this.#maxBytes);
  }

  /** Adds to a message that arrives in pieces. Returns the offset after the bytes that belong to it. */
  #collect(bytes: Uint8Array, start: number): number {
    const { length: size } = bytes;
    let at = start;
    while (at < size && this.#filled < this.#length) {
      const room = this.#makeRoom(size - at);
      const part = Math.min(size - at, room.length - this.#filled);
      room.set(part === size ? bytes : bytes.subarray(at, at + part), this.#filled);
      this.#filled += part;
      at += part;
    }
    if (this.#filled === this.#length && this.#body !== undefined) {
      const message = this.#body;
      this.#body = undefined;
      this.#filled = 0;
      this.#sink.hold(-message.length);
      this.#end(message);
    }
    return at;
  }

  /** Grows the buffer of the message in proportion to the bytes received: an announced length alone takes no memory. */
  #makeRoom(atHand: number): Uint8Array {
    const body = this.#body;
    if (body !== undefined && this.#filled < body.length) return body;
    const held = body?.length ?? 0;
    const wanted =
      held === 0 ? Math.min(maxFirstBytes, Math.max(minFirstBytes, maxFirstRatio * atHand)) : 4 * held;
    const larger = Math.min(this.#length, wanted);
    this.#hold(larger - held);
    this.#body = allocate(larger);
    if (body !== undefined) this.#body.set(body);
    return this.#body;
  }

  #end(message: Uint8Array): void {
    this.#prefixBytes = 0;
    if (this.#flag === 0 || message.length === 0) this.#sink.onMessage(message);
    else this.#sink.onMessage(new CompressedMessage(message, plainLength(message, this.#maxBytes)));
  }

  #hold(bytes: number): void {
    if (!this.#sink.hold(bytes)) throw tooMuchUnfinished();
  }
}

/** Smaller messages are not counted while their call waits for its end: a header list takes more. */
export const countedMessageBytes = 1024;

export function tooMuchUnfinished(): ConnectError {
  return rpcError(
    "the messages of calls that are not complete take too much memory: send fewer at a time, or raise limits.maxConnectionBytes",
    Code.ResourceExhausted,
  );
}

/**
 * Allocates the memory of a message. Byte fields are views into it, so it is a plain `Uint8Array`: views of a `Buffer`
 * would be buffers, whose `slice` differs. Small messages share Node's pool, because a separate `ArrayBuffer` costs
 * more than the rest of a small message. Large ones are not zero-filled, because they are overwritten anyway.
 */
function allocate(bytes: number): Uint8Array {
  const { buffer, byteOffset } =
    bytes < pooledBytes ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer, byteOffset, bytes);
}

/** Sizes below it come from Node's pool, which serves up to half of its size. */
const pooledBytes = 4096;
const prefixLength = 5;
/**
 * Messages up to this size get their whole buffer at once if their first frame has a usual size (16 KiB and more):
 * moving them to a larger buffer would cost as much as the rest of the call. Pages that are not yet written cost no
 * memory.
 */
const maxFirstRatio = 128;
const maxFirstBytes = 4 * 2 ** 20;
const minFirstBytes = 4096;
const noBytes = new Uint8Array(0);
