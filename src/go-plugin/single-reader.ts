/** A source with several open streams, of which one at a time gets everything. */
interface SingleReader<T> {
  /**
   * Yields the results of `take` while it is this reader's turn. The stream is open from this call on, even before the
   * first piece is requested. When `signal` is aborted it yields the rest and ends.
   */
  read(signal: AbortSignal): AsyncGenerator<T>;
  /** Call it when `take` may return a piece again. */
  wake(): void;
  isOpen(): boolean;
}

/** One open stream. */
interface Reader {
  readonly signal: AbortSignal;
  hasStarted: boolean;
  wake: () => void;
}

/**
 * Makes streams over one source.
 *
 * @param whose `"first"`: the first reader keeps the source until it leaves, so that a later one cannot take it over;
 *   `"newest"`: a later reader takes over, and the previous one continues when the later one has left
 * @param take returns the next piece, or `undefined` if there is none now
 * @param onLastClosed called when the last reader has left
 */
export function createSingleReader<T>(
  whose: "first" | "newest",
  take: () => T | undefined,
  onLastClosed: () => void,
): SingleReader<T> {
  /** The newest is the last. */
  const readers: Reader[] = [];
  const chosen = (): Reader | undefined =>
    whose === "newest" ? readers.at(-1) : (readers.find(({ signal }) => !signal.aborted) ?? readers[0]);
  const wake = (): void => chosen()?.wake();
  const leave = (reader: Reader): void => {
    readers.splice(readers.indexOf(reader), 1);
    if (readers.length === 0) onLastClosed();
    else wake();
  };
  async function* pieces(self: Reader): AsyncGenerator<T> {
    self.hasStarted = true;
    try {
      for (;;) {
        const piece = chosen() === self ? take() : undefined;
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
    // An aborted reader may be stuck in its last write.
    isOpen: () => readers.some(({ signal }) => !signal.aborted),
    read(signal) {
      const self: Reader = { signal, hasStarted: false, wake: () => {} };
      readers.push(self);
      const onAbort = (): void => {
        if (self.hasStarted) self.wake();
        // A generator that was never started does not run its `finally`.
        else leave(self);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      return pieces(self);
    },
  };
}
