/** One round of a benchmark. */
export interface AnyRound {
  /** Why runs failed. */
  readonly failures: readonly string[];
}

/** Milliseconds after the start of this process, by default, after which no round may end. */
const defaultLimitMs = 9.5 * 60_000;

/**
 * Runs the requested rounds, and prints why runs failed. No round begins that would end later than `limitMs` after the
 * start of this process: on a busy machine there are fewer rounds.
 *
 * @param runRound gets the number of the round, from 0
 * @param hasRound whether there is anything to run in that round; by default there always is
 */
export async function runInRounds<Round extends AnyRound>(
  { rounds: wanted, json }: { readonly rounds: number; readonly json: boolean },
  runRound: (number: number) => Promise<Round>,
  {
    limitMs = defaultLimitMs,
    hasRound = () => true,
  }: { readonly limitMs?: number; readonly hasRound?: (number: number) => boolean } = {},
): Promise<Round[]> {
  const rounds: Round[] = [];
  let took = 0;
  for (let number = 0; number < wanted && hasRound(number); number++) {
    const start = performance.now();
    // Expected to take as long as the one before, which had at least as many cases.
    if (number > 0 && start + took > limitMs) {
      console.error(`stopped after ${number} of ${wanted} rounds: another one would take too long`);
      break;
    }
    if (!json) console.error(`round ${number + 1} of ${wanted}`);
    const round = await runRound(number);
    for (const failure of round.failures) console.error(failure);
    rounds.push(round);
    took = performance.now() - start;
  }
  return rounds;
}
