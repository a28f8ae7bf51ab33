import type { RpcCase } from "./cases.ts";
import { onlyCompared, type Programs, type Size } from "./contenders.ts";
import type { Options } from "./options.ts";
import { type Round, runRound } from "./run-round.ts";

/** No round begins that would end later than this, in ms: on a busy machine there are fewer rounds. */
const limitMs = 7.75 * 60_000;

/** Number of rounds of the other runtimes for Node, which are far from Go: the time is better used for ours. */
const roundsOfOthers = 1;

/** Runs the requested rounds, within the time limit since this process started. */
export async function runRounds(
  options: Options,
  cases: readonly RpcCase[],
  size: Size,
  programs: Programs,
): Promise<Round[]> {
  const rounds: Round[] = [];
  let took = 0;
  for (let number = 0; number < options.rounds; number++) {
    const inRound = casesOf(number, cases);
    if (inRound.length === 0) break;
    const start = performance.now();
    // Expected to take as long as the one before, which had at least as many cases.
    if (number > 0 && start + took > limitMs) {
      console.error(`stopped after ${number} of ${options.rounds} rounds: another one would take too long`);
      break;
    }
    if (!options.json) console.error(`round ${number + 1} of ${options.rounds}`);
    const round = await runRound(number, inRound, size, programs);
    for (const failure of round.failures) console.error(failure);
    rounds.push(round);
    took = performance.now() - start;
  }
  return rounds;
}

function casesOf(number: number, cases: readonly RpcCase[]): readonly RpcCase[] {
  return number < roundsOfOthers ? cases : cases.filter(({ value }) => !onlyCompared.has(value.pair));
}
