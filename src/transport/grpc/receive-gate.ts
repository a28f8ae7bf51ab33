import type { Http2Stream } from "../http2/http2-stream.ts";

/** Above this number of bytes that wait for the reader, flow control stops the peer (RFC 9113 §5.2). */
const maxWaitingBytes = 256 * 1024;
/** Smaller amounts are not counted. */
const countedBytes = 16 * 1024;

/**
 * Back-pressure: lets the peer send as fast as messages are read. Bytes of an incomplete message do not count, because
 * it could not be completed otherwise. A class because there is one for each call.
 */
export class ReceiveGate {
  #heldBack = 0;
  /** Bytes that are counted in the connection's budget. */
  #counted = 0;

  /** Called when bytes arrived; `waitingBytes` of complete messages wait for the reader. */
  onReceived(stream: Http2Stream, bytes: number, waitingBytes: number): void {
    if (waitingBytes > maxWaitingBytes || !this.#count(stream, waitingBytes)) this.#heldBack += bytes;
    else stream.consume(bytes);
  }

  /** Called when a message was read. */
  onTaken(stream: Http2Stream, waitingBytes: number): void {
    if (this.#counted > 0) this.#count(stream, waitingBytes);
    if (this.#heldBack === 0 || waitingBytes > maxWaitingBytes) return;
    stream.consume(this.#heldBack);
    this.#heldBack = 0;
  }

  /** Counts the waiting bytes as unconsumed DATA. False if the budget is used up. */
  #count(stream: Http2Stream, waitingBytes: number): boolean {
    const bytes = waitingBytes > countedBytes ? Math.max(0, waitingBytes - this.#heldBack) : 0;
    if (bytes === this.#counted) return true;
    if (!stream.hold(bytes - this.#counted)) return false;
    this.#counted = bytes;
    return true;
  }
}
