import { setTimeout as delay } from "node:timers/promises";

const intervalMs = 10;

/** Polls `probe` until it returns something, at most for `withinMs`; then resolves with `undefined`. */
export async function until<T>(withinMs: number, probe: () => T | undefined | false): Promise<T | undefined> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = probe();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) return undefined;
    await delay(intervalMs);
  }
}
