import { rotated } from "./rotated.ts";
import type { WatchedRun } from "./rpc/run-watched.ts";

/** A number that a run prints, by the run's name and its key there. */
export interface RunFigure<Name extends string> {
  readonly run: Name;
  readonly key: string;
}

/** What one run found. */
export interface Found {
  readonly value: number;
  readonly isCalm: boolean;
}

/** What the runs of one round found. */
export interface RoundOfRuns<Name extends string> {
  /** `undefined` when the run failed, or the round did not have it. */
  readonly find: (figure: RunFigure<Name>) => Found | undefined;
  /** Why runs failed. */
  readonly failures: readonly string[];
}

/**
 * Makes the runs of a round. Those of a group are compared, and run one after the other; the first one changes from round
 * to round.
 *
 * @param number of the round, from 0
 * @param run makes a run, or nothing when the round does not have it
 */
export async function runGroups<Name extends string>(
  groups: readonly (readonly Name[])[],
  number: number,
  run: (name: Name) => Promise<WatchedRun> | undefined,
): Promise<RoundOfRuns<Name>> {
  const found = new Map<Name, WatchedRun>();
  const failures: string[] = [];
  for (const group of groups) {
    for (const name of rotated(group, number)) {
      try {
        const ran = await run(name);
        if (ran !== undefined) found.set(name, ran);
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

/** Runs in groups of those that are compared with one another, by a key. */
export function groupRuns<Name extends string>(
  names: readonly Name[],
  keyOf: (name: Name) => string,
): Name[][] {
  const groups = new Map<string, Set<Name>>();
  for (const name of names) {
    const key = keyOf(name);
    const group = groups.get(key) ?? new Set();
    groups.set(key, group.add(name));
  }
  return [...groups.values()].map((group) => [...group]);
}
