import { checkFigures } from "../check-figures.ts";
import { rotated } from "../rotated.ts";
import type { Found } from "../run-groups.ts";
import type { Figure, RpcCase } from "./cases.ts";
import { commandOf, type Load, type Pair, type Programs, type Size } from "./contenders.ts";
import type { Figures } from "./run-load.ts";
import { runWatched, type WatchedRun } from "./run-watched.ts";

/** The results of the runs of one round. */
export interface Round {
  /** `undefined` when the run failed, or the round had none with this pair. */
  readonly find: (figure: Figure) => Found | undefined;
  /** Why runs failed. */
  readonly failures: readonly string[];
}

const loads: readonly Load[] = ["calls", "readme", "frames", "packets", "mixed", "start"];

/**
 * Runs each load on each pair that the cases need, in fresh processes. Compared pairs run one after the other; the
 * first one changes from round to round.
 *
 * @param number from 0
 */
export async function runRound(
  number: number,
  cases: readonly RpcCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  const found = new Map<string, WatchedRun>();
  const failures: string[] = [];
  for (const load of loads) {
    for (const [pair, keys] of rotated([...keysByPair(load, cases)], number)) {
      try {
        const run = await runWatched(commandOf(pair, load, size, programs));
        checkFigures(run.figures, keys);
        found.set(`${load} ${pair}`, run);
      } catch (error) {
        failures.push(`${pair}, ${load}: ${(error as Error).message}`);
      }
    }
  }
  return {
    find: ({ pair, load, keys }) => {
      const run = found.get(`${load} ${pair}`);
      return run && { value: sum(run.figures, keys), isCalm: run.isCalm };
    },
    failures,
  };
}

/** The pairs and the figures that the cases need for a load. */
function keysByPair(load: Load, cases: readonly RpcCase[]): Map<Pair, string[]> {
  const needed = new Map<Pair, string[]>();
  for (const figure of cases.flatMap(({ value, base }) => [value, base])) {
    if (figure.load !== load) continue;
    needed.set(figure.pair, [...(needed.get(figure.pair) ?? []), ...figure.keys]);
  }
  return needed;
}

function sum(figures: Figures, keys: readonly string[]): number {
  return keys.reduce((total, key) => total + (figures[key] ?? Number.NaN), 0);
}
