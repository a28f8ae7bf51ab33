import { rotated } from "../rotated.ts";
import type { WatchedRun } from "../rpc/run-watched.ts";
import type { Figure, GrowthCase } from "./cases.ts";
import { onlyOnce, type Programs, type RunName, run } from "./runs.ts";
import type { Size } from "./size.ts";

/** What one run found. */
export interface Found {
  readonly value: number;
  readonly isCalm: boolean;
}

/** What the runs of one round found. */
export interface Round {
  /** `undefined` when the run failed, or the round did not have it. */
  readonly find: (figure: Figure) => Found | undefined;
  /** Why runs failed. */
  readonly failures: readonly string[];
}

/**
 * Makes the runs that the cases need, each in fresh processes. What is compared runs one after the other; who is first
 * changes from round to round.
 *
 * @param number from 0
 */
export async function runRound(
  number: number,
  cases: readonly GrowthCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  const found = new Map<RunName, WatchedRun>();
  const failures: string[] = [];
  for (const group of groupsOf(cases)) {
    for (const name of rotated(group, number)) {
      if (number > 0 && onlyOnce.has(name)) continue;
      try {
        found.set(name, await run(name, size, programs));
      } catch (error) {
        failures.push(`${name}: ${(error as Error).message}`);
      }
    }
  }
  return {
    find: ({ run: name, key }) => {
      const ran = found.get(name);
      const value = ran?.figures[key];
      if (ran === undefined || value === undefined || !Number.isFinite(value)) return undefined;
      return { value, isCalm: ran.isCalm };
    },
    failures,
  };
}

/** The runs, in groups of those that are compared with one another. */
export function groupsOf(cases: readonly GrowthCase[]): RunName[][] {
  const groups = new Map<string, Set<RunName>>();
  for (const { run: name } of cases.flatMap(({ value, base }) =>
    typeof base === "number" ? [value] : [value, base],
  )) {
    const key = name.includes(" fields ") ? name.replace(/ \S+$/, "") : name.replace(/ .*$/, "");
    const group = groups.get(key) ?? new Set();
    groups.set(key, group.add(name));
  }
  return [...groups.values()].map((group) => [...group]);
}
