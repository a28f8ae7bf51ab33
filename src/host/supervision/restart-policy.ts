import type { ResolvedSuperviseOptions } from "./supervise-options.ts";

/** A restart that is allowed. */
interface PlannedRestart {
  /** 1 for the first in a row. */
  readonly attempt: number;
  readonly delayMs: number;
}

interface RestartPolicy {
  /** Counts and returns the next restart; `undefined` if there were too many. */
  readonly next: (nowMs: number) => PlannedRestart | undefined;
  /** Reports how long the plugin was ready. */
  readonly lived: (ms: number) => void;
  /** Forgets all restarts. */
  readonly reset: () => void;
}

/**
 * Exponential backoff with full jitter (each delay is random between 0 and a bound that doubles), and a limit of
 * restarts in a sliding window.
 *
 * @param random returns a number >= 0 and < 1
 */
export function createRestartPolicy(
  options: ResolvedSuperviseOptions["restart"],
  random: () => number = Math.random,
): RestartPolicy {
  const { firstDelayMs, maxDelayMs, stableMs, maxRestarts, windowMs } = options;
  let inARow = 0;
  let times: number[] = [];
  return {
    next: (nowMs) => {
      times = times.filter((time) => nowMs - time < windowMs);
      if (times.length >= maxRestarts) return undefined;
      times.push(nowMs);
      const bound = Math.min(maxDelayMs, firstDelayMs * 2 ** inARow);
      inARow++;
      return { attempt: inARow, delayMs: Math.floor(random() * bound) };
    },
    lived: (ms) => {
      if (ms >= stableMs) inARow = 0;
    },
    reset: () => {
      inARow = 0;
      times = [];
    },
  };
}
