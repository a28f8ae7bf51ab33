/** A source that several streams may be open on at a time, of which one gets everything. */
export interface SingleReader<T> {
  /**
   * What `take` gives, for as long as it is this reader's turn. It is open from this call on, whenever the first piece
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
 * Makes streams over one source.
 *
 * @param whose `"first"`: the reader that came first keeps it until it leaves, so that a later one cannot take it away;
 *   `"newest"`: a later reader takes over, and the one before goes on when the later has left
 * @param take gives the next piece, or `undefined` when there is none now
 * @param onLastClosed called when nobody reads any more
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
