import type { Http2Stream } from "../http2/http2-stream.ts";

/** With more bytes waiting for the reader than this, the peer is held back (RFC 9113 §5.2). */
const maxWaitingBytes = 256 * 1024;
/** Fewer are not worth counting. */
const countedBytes = 16 * 1024;

/**
 * Lets the peer send as fast as messages are read. What belongs to a message that is not whole does not count: it could
 * not become whole otherwise. A class because there is one for each call.
 */
export class ReceiveGate {
  #heldBack = 0;
  /** What is counted in the connection's budget of what waits. */
  #counted = 0;

  /** Bytes came in; `waitingBytes` of whole messages wait for the reader. */
  onReceived(stream: Http2Stream, bytes: number, waitingBytes: number): void {
    if (waitingBytes > maxWaitingBytes || !this.#count(stream, waitingBytes)) this.#heldBack += bytes;
    else stream.consume(bytes);
  }

  /** A message was read. */
  onTaken(stream: Http2Stream, waitingBytes: number): void {
    if (this.#counted > 0) this.#count(stream, waitingBytes);
    if (this.#heldBack === 0 || waitingBytes > maxWaitingBytes) return;
    stream.consume(this.#heldBack);
    this.#heldBack = 0;
  }

  /** What is held back counts as DATA that is not consumed. False when the budget is used up. */
  #count(stream: Http2Stream, waitingBytes: number): boolean {
    const bytes = waitingBytes > countedBytes ? Math.max(0, waitingBytes - this.#heldBack) : 0;
    if (bytes === this.#counted) return true;
    if (!stream.hold(bytes - this.#counted)) return false;
    this.#counted = bytes;
    return true;
  }
}
