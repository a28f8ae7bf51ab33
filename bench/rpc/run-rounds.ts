import type { RpcCase } from "./cases.ts";
import { onlyCompared, type Programs, type Size } from "./contenders.ts";
import type { Options } from "./options.ts";
import { type Round, runRound } from "./run-round.ts";

/** When no further round begins that would end later, in ms: on a busy machine there are fewer of them. */
const limitMs = 7.75 * 60_000;

/** As many rounds have the other runtimes for Node, which are far from Go: their time goes to more rounds of ours. */
const roundsOfOthers = 1;

/** Runs the rounds that were asked for, as far as there is time since this process started. */
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
    // As long as the one before: it never had fewer cases.
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
