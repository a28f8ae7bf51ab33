/**
 * A window that this side gives to the peer, of a stream or of the connection (RFC 9113 §5.2, §6.9). It is opened
 * again in steps of half its size, so that a WINDOW_UPDATE is rare and the peer never has to wait for one.
 */
export class ReceiveWindow {
  /** What the peer may still send. */
  #available: number;
  /** What it is brought back to. */
  #size: number;
  /** Consumed, and not yet said. */
  #released = 0;
  /** Came in, and is not yet consumed. */
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

  /** Counts bytes as consumed and returns what a WINDOW_UPDATE should now give back, mostly 0. */
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
