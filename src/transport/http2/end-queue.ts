/** How many listeners are notified in one turn of the event loop: each aborts a call, with its own error. */
const turnEnds = 256;

/**
 * Notifies the listeners of streams that these have ended, in order: the first ones as soon as the running code returns, and
 * if there are many, the others in later turns of the event loop, so that other connections go on. An exception of one
 * does not affect the others.
 */
export class EndQueue {
  #waiting: (() => void)[] = [];
  /** The first that was not called. */
  #first = 0;

  add(notify: () => void): void {
    this.#waiting.push(notify);
    if (this.#waiting.length === 1) queueMicrotask(this.#run);
  }

  readonly #run = (): void => {
    const end = Math.min(this.#waiting.length, this.#first + turnEnds);
    try {
      while (this.#first < end) this.#waiting[this.#first++]?.();
    } finally {
      if (this.#first < this.#waiting.length) setImmediate(this.#run);
      else {
        this.#waiting = [];
        this.#first = 0;
      }
    }
  };
}
