import { runInRounds } from "../run-in-rounds.ts";
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
  return runInRounds(options, (number) => runRound(number, casesOf(number, cases), size, programs), {
    limitMs,
    hasRound: (number) => casesOf(number, cases).length > 0,
  });
}

function casesOf(number: number, cases: readonly RpcCase[]): readonly RpcCase[] {
  return number < roundsOfOthers ? cases : cases.filter(({ value }) => !onlyCompared.has(value.pair));
}
