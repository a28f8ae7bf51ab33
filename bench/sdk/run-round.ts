import { rotated } from "../rotated.ts";
import type { WatchedRun } from "../rpc/run-watched.ts";
import type { Figure, SdkCase } from "./cases.ts";
import { type Programs, type RunName, run } from "./runs.ts";
import type { Size } from "./size.ts";

/** What one run found. */
interface Found {
  readonly value: number;
  readonly isCalm: boolean;
}

/** What the runs of one round found. */
export interface Round {
  /** `undefined` when the run failed. */
  readonly find: (figure: Figure) => Found | undefined;
  /** Why runs failed. */
  readonly failures: readonly string[];
}

/**
 * Makes the runs that the cases need, each with fresh processes. What is compared runs one after the other; the first one
 * changes from round to round.
 *
 * @param number from 0
 */
export async function runRound(
  number: number,
  cases: readonly SdkCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  const found = new Map<RunName, WatchedRun>();
  const failures: string[] = [];
  for (const group of groupsOf(cases)) {
    for (const name of rotated(group, number)) {
      try {
        const ran = await run(name, size, programs);
        checkFigures(ran.figures, keysOf(name, cases));
        found.set(name, ran);
      } catch (error) {
        failures.push(`${name}: ${(error as Error).message}`);
      }
    }
  }
  return {
    find: ({ run: name, key }) => {
      const ran = found.get(name);
      const value = ran?.figures[key];
      return ran === undefined || value === undefined ? undefined : { value, isCalm: ran.isCalm };
    },
    failures,
  };
}

/** The runs, in groups of those that are compared with one another. */
export function groupsOf(cases: readonly SdkCase[]): RunName[][] {
  const groups = new Map<string, Set<RunName>>();
  for (const { run: name } of cases.flatMap(figuresOf)) {
    const key = name.replace(/ .*$/, "");
    const group = groups.get(key) ?? new Set();
    groups.set(key, group.add(name));
  }
  return [...groups.values()].map((group) => [...group]);
}

function figuresOf({ value, base }: SdkCase): Figure[] {
  return typeof base === "number" ? [value] : [value, base];
}

function keysOf(name: RunName, cases: readonly SdkCase[]): string[] {
  return cases.flatMap(figuresOf).flatMap(({ run: other, key }) => (other === name ? [key] : []));
}

/** @throws Error when one is missing or is not a number, as when no call was made. */
function checkFigures(figures: WatchedRun["figures"], keys: readonly string[]): void {
  const missing = keys.find((key) => !Number.isFinite(figures[key]));
  if (missing === undefined) return;
  throw new Error(`expected a number for "${missing}", got ${JSON.stringify(figures)}`);
}
