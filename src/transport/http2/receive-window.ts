/**
 * The receive window of a stream or the connection (RFC 9113 §5.2, §6.9). It is updated in steps of half its size, so
 * that WINDOW_UPDATEs are rare and the peer never has to wait for one.
 */
export class ReceiveWindow {
  /** Bytes that the peer may still send. */
  #available: number;
  /** Full size of the window. */
  #size: number;
  /** Consumed bytes that were not yet announced. */
  #released = 0;
  /** Received bytes that were not yet consumed. */
  held = 0;

  constructor(size: number) {
    this.#available = size;
    this.#size = size;
  }

  /** Counts bytes that came in; false, and nothing counted, when they are more than the peer was allowed. */
  take(bytes: number): boolean {
    if (bytes > this.#available) return false;
    this.#available -= bytes;
    this.held += bytes;
    return true;
  }

  /** Counts consumed bytes and returns the increment for a WINDOW_UPDATE, usually 0. */
  release(bytes: number): number {
    const released = Math.min(bytes, this.held);
    this.held -= released;
    this.#released += released;
    if (this.#released < this.#size / 2) return 0;
    const update = this.#released;
    this.#released = 0;
    this.#available += update;
    return update;
  }

  /** The peer counts with another initial size from now on (RFC 9113 §6.9.2). */
  resize(delta: number): void {
    this.#size += delta;
    this.#available += delta;
  }
}
