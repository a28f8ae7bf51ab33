import type { Figure, RpcCase } from "./cases.ts";
import { commandOf, type Load, type Pair, type Programs, type Size } from "./contenders.ts";
import { type Figures, runLoad } from "./run-load.ts";

/** What the runs of one round found. */
export interface Round {
  /** `undefined` when the run failed. */
  readonly find: (figure: Figure) => number | undefined;
  /** Why runs failed. */
  readonly failures: readonly string[];
}

const loads: readonly Load[] = ["calls", "frames", "packets", "mixed", "start"];

/**
 * Runs each load on each pair that the cases need, in fresh processes. What is compared runs one after the other; who is
 * first changes from round to round.
 *
 * @param number from 0
 */
export async function runRound(
  number: number,
  cases: readonly RpcCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  const found = new Map<string, Figures>();
  const failures: string[] = [];
  for (const load of loads) {
    for (const pair of rotated(pairsOf(load, cases), number)) {
      try {
        found.set(`${load} ${pair}`, await runLoad(commandOf(pair, load, size, programs)));
      } catch (error) {
        failures.push(`${pair}, ${load}: ${(error as Error).message}`);
      }
    }
  }
  return { find: ({ pair, load, keys }) => sum(found.get(`${load} ${pair}`), keys), failures };
}

function pairsOf(load: Load, cases: readonly RpcCase[]): Pair[] {
  const figures = cases.flatMap(({ value, base }) => [value, base]).filter((figure) => figure.load === load);
  return [...new Set(figures.map(({ pair }) => pair))];
}

/** The same order, begun elsewhere, and every second time backwards. */
function rotated<T>(values: readonly T[], by: number): T[] {
  const start = by % Math.max(1, values.length);
  const turned = [...values.slice(start), ...values.slice(0, start)];
  return by % 2 === 0 ? turned : turned.reverse();
}

function sum(figures: Figures | undefined, keys: readonly string[]): number | undefined {
  if (figures === undefined) return undefined;
  return keys.reduce((total, key) => total + (figures[key] ?? Number.NaN), 0);
}
