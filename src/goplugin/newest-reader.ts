/** A source that several streams may be open on at a time: the one opened last gets everything. */
export interface NewestReader<T> {
  /**
   * What `take` gives, for as long as no later reader is there. When `signal` is aborted it gives what is left and
   * ends.
   */
  read(signal: AbortSignal): AsyncGenerator<T>;
  /** To be called when `take` may have something again. */
  wake(): void;
  isOpen(): boolean;
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
  const readers: { readonly signal: AbortSignal; readonly wake: () => void }[] = [];
  const wake = (): void => readers.at(-1)?.wake();
  return {
    wake,
    // One that was aborted may be stuck in its last write.
    isOpen: () => readers.some(({ signal }) => !signal.aborted),
    async *read(signal) {
      let resume = (): void => {};
      const self = { signal, wake: (): void => resume() };
      readers.push(self);
      signal.addEventListener("abort", self.wake, { once: true });
      try {
        for (;;) {
          const piece = readers.at(-1) === self ? take() : undefined;
          if (piece !== undefined) yield piece;
          else if (signal.aborted) return;
          else
            await new Promise<void>((resolve) => {
              resume = resolve;
            });
        }
      } finally {
        signal.removeEventListener("abort", self.wake);
        readers.splice(readers.indexOf(self), 1);
        if (readers.length === 0) onLastClosed();
        else wake();
      }
    },
  };
}
