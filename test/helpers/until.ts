import { setTimeout as delay } from "node:timers/promises";

/**
 * Polls `probe` until it gives something else than `undefined` or `false`, and resolves with that.
 * Rejects after `boundMs`, which only a defect reaches.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  boundMs: number = 60_000,
): Promise<T> {
  const end = Date.now() + boundMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`waited ${boundMs} ms in vain until ${what}`);
    await delay(10);
  }
}
