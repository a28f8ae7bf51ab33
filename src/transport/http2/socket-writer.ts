import type { Duplex } from "node:stream";
import { OutputBuffer } from "./output-buffer.ts";

/** How long output without haste waits for other output. Far below what peers wait for, and rarely reached under load. */
const patienceMs = 10;

/**
 * Writes the output of one turn of the event loop with one call to the socket, and goes on when the socket has room
 * again.
 */
export class SocketWriter {
  readonly output: OutputBuffer = new OutputBuffer();
  readonly #socket: Duplex;
  readonly #beforeWrite: () => boolean;
  readonly #afterWrite: () => void;
  #isScheduled = false;
  #isEnded = false;
  #patience: NodeJS.Timeout | undefined;

  /** `beforeWrite` may add to the output, and returns whether more is to be written after this. */
  constructor(socket: Duplex, beforeWrite: () => boolean, afterWrite: () => void) {
    this.#socket = socket;
    this.#beforeWrite = beforeWrite;
    this.#afterWrite = afterWrite;
    socket.on("drain", this.#flush);
  }

  /** Bytes that are still to be handed to the system. */
  get queuedBytes(): number {
    return this.output.bytes + this.#socket.writableLength;
  }

  /** Whether the system has taken everything but what has time: {@link scheduleLater}. */
  get isDone(): boolean {
    return !this.#isScheduled && this.#socket.writableLength === 0;
  }

  schedule(): void {
    if (this.#isScheduled || this.#isEnded) return;
    this.#isScheduled = true;
    // A microtask that schedules a tick, which runs after all promises of this turn of the event loop.
    queueMicrotask(this.#nextTick);
  }

  /** Lets the output leave with the next that is scheduled, or alone when none is for {@link patienceMs}. */
  scheduleLater(): void {
    if (this.#isScheduled || this.#isEnded || this.#patience !== undefined) return;
    // One timer for all output that has waited meanwhile: it is not stopped when that has left, because the next follows.
    this.#patience = setTimeout(this.#endPatience, patienceMs).unref();
  }

  /** Writes what is there and ends the socket behind it. */
  end(): void {
    if (this.#isEnded) return;
    this.#write();
    this.#isEnded = true;
    clearTimeout(this.#patience);
    this.#socket.end();
  }

  readonly #nextTick = (): void => {
    process.nextTick(this.#flush);
  };

  readonly #endPatience = (): void => {
    this.#patience = undefined;
    if (this.output.bytes > 0) this.schedule();
  };

  readonly #flush = (): void => {
    this.#isScheduled = false;
    if (this.#isEnded) return;
    const hasMore = this.#beforeWrite();
    this.#write();
    // A socket that took everything does not emit an event, so continue in a later turn and let other events run in
    // between.
    if (hasMore && !this.#socket.writableNeedDrain) {
      this.#isScheduled = true;
      setImmediate(this.#flush);
    }
    this.#afterWrite();
  };

  #write(): void {
    if (this.output.bytes === 0 || !this.#socket.writable) return;
    const taken = this.output.take();
    if (!Array.isArray(taken)) {
      this.#socket.write(taken);
      return;
    }
    // Corked writes leave together, without a copy.
    this.#socket.cork();
    for (const piece of taken) this.#socket.write(piece);
    this.#socket.uncork();
  }
}
