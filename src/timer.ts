/** The longest delay of Node's own timers; they treat a longer one as 1 ms. */
const longestMs = 2 ** 31 - 1;

/** A timer of {@link startTimer}, for {@link stopTimer}. */
export type Timer = NodeJS.Timeout | LongTimer;

/**
 * Calls `onEnd` after `ms`, which may be any number: a delay beyond 2^31-1 is split, `Infinity` never fires, and a
 * value that is not above 0 (such as `NaN`) fires in the next turn. Keeps the event loop alive until it is stopped or
 * its `unref()` was called.
 *
 * Use it for every delay that comes from outside: Node's timers fire at once for delays that they cannot represent.
 */
export function startTimer(ms: number, onEnd: () => void): Timer {
  // The usual delay has no extra cost.
  return ms > longestMs ? new LongTimer(ms, onEnd) : setTimeout(onEnd, ms > 0 ? ms : 0);
}

/** Stops a timer; no-op after it has fired. */
export function stopTimer(timer: Timer | undefined): void {
  if (timer instanceof LongTimer) timer.stop();
  else clearTimeout(timer);
}

/** Resolves after `ms`, or when the signal is aborted. `ref: false` lets the process end before. */
export function pause(
  ms: number,
  { signal, ref = true }: { readonly signal?: AbortSignal | undefined; readonly ref?: boolean } = {},
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      stopTimer(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = startTimer(ms, end);
    if (!ref) timer.unref();
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
  });
}

/** A signal that is aborted after `ms`, unless it is stopped before. Does not keep the event loop alive. */
export function abortAfter(ms: number): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const timer = startTimer(ms, () => controller.abort());
  timer.unref();
  return { signal: controller.signal, stop: () => stopTimer(timer) };
}

/** A class so that {@link stopTimer} can distinguish it from Node's timer. */
class LongTimer {
  #leftMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isUnref = false;
  readonly #onEnd: () => void;

  constructor(ms: number, onEnd: () => void) {
    this.#leftMs = ms;
    this.#onEnd = onEnd;
    this.#next();
  }

  unref(): this {
    this.#isUnref = true;
    this.#timer?.unref();
    return this;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #next(): void {
    const ms = Math.min(this.#leftMs, longestMs);
    this.#leftMs -= ms;
    this.#timer = setTimeout(() => {
      if (this.#leftMs > 0) this.#next();
      else this.#onEnd();
    }, ms);
    if (this.#isUnref) this.#timer.unref();
  }
}
