import type { Duplex } from "node:stream";
import { OutputBuffer } from "./output-buffer.ts";

/** How long output of `scheduleLater` waits for other output. */
const maxDelayMs = 10;
/** More than this does not wait: it would count as output that the peer does not read. */
const maxDelayedBytes = 16 << 10;

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
  #delay: NodeJS.Timeout | undefined;

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

  /**
   * Whether the system has taken all output, except what {@link scheduleLater} holds: what writes to `output` calls
   * `schedule`, `scheduleLater` or `end` afterwards.
   */
  get hasWrittenAll(): boolean {
    return !this.#isScheduled && this.#socket.writableLength === 0;
  }

  schedule(): void {
    if (this.#isScheduled || this.#isEnded) return;
    this.#isScheduled = true;
    // A microtask that schedules a tick, which runs after all promises of this turn of the event loop.
    queueMicrotask(this.#nextTick);
  }

  /** Writes what is there together with later output, at the latest after {@link maxDelayMs}. */
  scheduleLater(): void {
    if (this.output.bytes > maxDelayedBytes) this.schedule();
    if (this.#isScheduled || this.#isEnded || this.#delay !== undefined) return;
    // It keeps running when the output has left: to start it anew each time would cost more, and what comes later waits less.
    this.#delay = setTimeout(this.#endDelay, maxDelayMs).unref();
  }

  /** Writes what is there and ends the socket behind it. */
  end(): void {
    if (this.#isEnded) return;
    this.#write();
    this.#isEnded = true;
    clearTimeout(this.#delay);
    this.#socket.end();
  }

  readonly #nextTick = (): void => {
    process.nextTick(this.#flush);
  };

  readonly #endDelay = (): void => {
    this.#delay = undefined;
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
