import type { Http2Stream } from "../http2/http2-stream.ts";

/** With more bytes waiting for the reader than this, the peer is held back (RFC 9113 §5.2). */
const maxWaitingBytes = 256 * 1024;

/**
 * Lets the peer send as fast as messages are read. What belongs to a message that is not whole does not count: it could
 * not become whole otherwise. A class because there is one for each call.
 */
export class ReceiveGate {
  #heldBack = 0;

  /** Bytes came in; `waitingBytes` of whole messages wait for the reader. */
  onReceived(stream: Http2Stream, bytes: number, waitingBytes: number): void {
    if (waitingBytes > maxWaitingBytes) this.#heldBack += bytes;
    else stream.consume(bytes);
  }

  /** A message was read. */
  onTaken(stream: Http2Stream, waitingBytes: number): void {
    if (this.#heldBack === 0 || waitingBytes > maxWaitingBytes) return;
    stream.consume(this.#heldBack);
    this.#heldBack = 0;
  }
}
