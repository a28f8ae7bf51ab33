/**
 * Runs `attempt` with `firstMs` milliseconds, and again with twice the time until `isEnough` is true of its outcome. For
 * tests of a time limit, before whose end a process has to come to some point: how long that takes depends on the machine.
 * Above a minute it resolves with what there is, for the assertions of the test to fail on.
 */
export async function withEnoughTime<T>(
  firstMs: number,
  attempt: (ms: number) => Promise<T>,
  isEnough: (outcome: T) => boolean,
): Promise<T> {
  for (let ms = firstMs; ; ms *= 2) {
    const outcome = await attempt(ms);
    if (isEnough(outcome) || ms > 60_000) return outcome;
  }
}
