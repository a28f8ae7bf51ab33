import { nowMs } from "../../clock.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import type { Entry } from "./instance-entry.ts";

/** Looks for instances that no call has used for some time. */
interface IdleSweep {
  /** Looks after that time; no-op while it waits already. Does not keep the process alive. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** @param retire is called with each entry that was not used for `idleMs` */
export function createIdleSweep<E extends Entry<unknown, unknown>>(
  entries: ReadonlyMap<string, E>,
  idleMs: number,
  retire: (entry: E) => void,
): IdleSweep {
  let waiting: Timer | undefined;

  const startAfter = (ms: number): void => {
    if (waiting !== undefined || ms === Number.POSITIVE_INFINITY) return;
    waiting = startTimer(ms, () => {
      waiting = undefined;
      sweep();
    });
    waiting.unref();
  };

  const sweep = (): void => {
    const now = nowMs();
    let next = idleMs;
    for (const entry of entries.values()) {
      if (entry.uses > 0 || entry.creation !== undefined) continue;
      const left = entry.lastUsed + idleMs - now;
      if (left <= 0) retire(entry);
      else next = Math.min(next, left);
    }
    if (entries.size > 0) startAfter(next);
  };

  return {
    start: () => startAfter(idleMs),
    stop: () => {
      stopTimer(waiting);
      waiting = undefined;
    },
  };
}
