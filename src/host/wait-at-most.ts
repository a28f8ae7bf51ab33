import { startTimer, stopTimer, type Timer } from "../timer.ts";

/** Resolves with the promise's value, or with `undefined` after `ms`. The timer never outlives the wait. */
export async function waitAtMost<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: Timer | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = startTimer(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    stopTimer(timer);
  }
}
