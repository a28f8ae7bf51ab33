import { initialWindowBytes, maxWindowBytes } from "./frame-types.ts";

/** Most DATA that a stream writes before the next one gets its turn. */
const turnBytes = 64 * 1024;
/** Bounds of what a stream should queue, and the sum that all streams with queued DATA should stay near. */
const maxDrainMarkBytes = 64 * 1024;
const minDrainMarkBytes = 4 * 1024;
const allDrainMarksBytes = 512 * 1024;
/** Above this size of the socket's queue DATA waits, because a queued frame can no longer be overtaken. */
const maxQueuedDataBytes = 512 * 1024;

/** The members of a stream that its queue uses. */
export interface Scheduled<S> {
  /** Whether the stream is in the queue, and the next stream in it; only the queue sets them. */
  isQueued: boolean;
  nextQueued: S | undefined;
  readonly isReset: boolean;
  /** Writes at most `turnBytes`; true when the stream could go on at once in another turn. */
  writeTurn(turnBytes: number): boolean;
  /** True once when the stream's own queue has become short again after it was long. */
  takeDrain(): boolean;
}

/**
 * Lets the streams of a connection write their queued DATA in turns, so that a small call does not wait for large
 * ones: RFC 9113 leaves the order to the sender (§5.2.1, §5.3.1).
 */
export class WriteScheduler<S extends Scheduled<S>> {
  readonly #writtenBytes: () => number;
  #first: S | undefined;
  #last: S | undefined;
  #window: number = initialWindowBytes;
  #queuedBytes = 0;
  #length = 0;

  /** `writtenBytes` returns the number of bytes that were written and that the system has not yet taken. */
  constructor(writtenBytes: () => number) {
    this.#writtenBytes = writtenBytes;
  }

  /** The connection's send window (RFC 9113 §6.9.1). */
  get window(): number {
    return this.#window;
  }

  /** False when the window would grow too large (RFC 9113 §6.9.1). */
  growWindow(bytes: number): boolean {
    this.#window += bytes;
    return this.#window <= maxWindowBytes;
  }

  /** DATA of this length is being written. */
  takeWindow(bytes: number): void {
    this.#window -= bytes;
  }

  /** DATA of all streams that is queued. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** A stream has queued more DATA; a negative number for what it has written or dropped. */
  countQueued(bytes: number): void {
    this.#queuedBytes += bytes;
  }

  /** How much DATA a stream should queue at most, by the number of streams in the queue. */
  get drainMarkBytes(): number {
    const share = Math.trunc(allDrainMarksBytes / Math.max(1, this.#length));
    return Math.max(minDrainMarkBytes, Math.min(maxDrainMarkBytes, share));
  }

  /** Puts a stream at the end of the queue. */
  add(stream: S): void {
    this.#length++;
    stream.isQueued = true;
    if (this.#last === undefined) this.#first = stream;
    else this.#last.nextQueued = stream;
    this.#last = stream;
  }

  /** Whether DATA may be written to the output. */
  hasRoom(): boolean {
    return this.#writtenBytes() < maxQueuedDataBytes;
  }

  /** Whether streams wait that could write now. */
  get isWaiting(): boolean {
    return this.#first !== undefined && this.#window > 0;
  }

  /** Gives turns while there is room, and adds streams with a short queue to `drained`. */
  run(drained: S[]): void {
    while (this.isWaiting && this.hasRoom()) {
      const stream = this.#takeFirst();
      if (stream === undefined) return;
      if (stream.isReset) continue;
      if (stream.writeTurn(turnBytes)) this.add(stream);
      if (stream.takeDrain()) drained.push(stream);
    }
  }

  #takeFirst(): S | undefined {
    const stream = this.#first;
    if (stream === undefined) return undefined;
    this.#length--;
    this.#first = stream.nextQueued;
    if (this.#first === undefined) this.#last = undefined;
    stream.nextQueued = undefined;
    stream.isQueued = false;
    return stream;
  }
}
