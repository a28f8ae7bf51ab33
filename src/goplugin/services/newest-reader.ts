/** A source that several streams may be open on at a time: the one opened last gets everything. */
export interface NewestReader<T> {
  /**
   * What `take` gives, for as long as no later reader is there. It is open from this call on, whenever the first piece
   * is asked for. When `signal` is aborted it gives what is left and ends.
   */
  read(signal: AbortSignal): AsyncGenerator<T>;
  /** To be called when `take` may have something again. */
  wake(): void;
  isOpen(): boolean;
}

/** One stream that is open. */
interface Reader {
  readonly signal: AbortSignal;
  hasStarted: boolean;
  wake: () => void;
}

/**
 * Makes streams over one source. A host that attaches later takes over from the one before, and that one goes on
 * when the later has left.
 *
 * @param take gives the next piece, or `undefined` when there is none now
 * @param onLastClosed called when nobody reads any more
 */
export function createNewestReader<T>(take: () => T | undefined, onLastClosed: () => void): NewestReader<T> {
  /** The newest is the last. */
  const readers: Reader[] = [];
  const wake = (): void => readers.at(-1)?.wake();
  const leave = (reader: Reader): void => {
    readers.splice(readers.indexOf(reader), 1);
    if (readers.length === 0) onLastClosed();
    else wake();
  };
  async function* pieces(self: Reader): AsyncGenerator<T> {
    self.hasStarted = true;
    try {
      for (;;) {
        const piece = readers.at(-1) === self ? take() : undefined;
        if (piece !== undefined) yield piece;
        else if (self.signal.aborted) return;
        else
          await new Promise<void>((resolve) => {
            self.wake = resolve;
          });
      }
    } finally {
      leave(self);
    }
  }
  return {
    wake,
    // One that was aborted may be stuck in its last write.
    isOpen: () => readers.some(({ signal }) => !signal.aborted),
    read(signal) {
      const self: Reader = { signal, hasStarted: false, wake: () => {} };
      readers.push(self);
      const onAbort = (): void => {
        if (self.hasStarted) self.wake();
        // A generator that nobody started has nothing to end it.
        else leave(self);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      return pieces(self);
    },
  };
}
