import { groupRuns, type RoundOfRuns, runGroups } from "../run-groups.ts";
import type { GrowthCase } from "./cases.ts";
import { onlyOnce, type Programs, type RunName, run } from "./runs.ts";
import type { Size } from "./size.ts";

/** What the runs of one round found. */
export type Round = RoundOfRuns<RunName>;

/**
 * Makes the runs that the cases need, each in fresh processes.
 *
 * @param number from 0
 */
export async function runRound(
  number: number,
  cases: readonly GrowthCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  return runGroups(groupsOf(cases), number, (name) =>
    number > 0 && onlyOnce.has(name) ? undefined : run(name, size, programs),
  );
}

/** The runs, in groups of those that are compared with one another. */
export function groupsOf(cases: readonly GrowthCase[]): RunName[][] {
  const names = cases.flatMap(({ value, base }) =>
    typeof base === "number" ? [value.run] : [value.run, base.run],
  );
  return groupRuns(names, (name) =>
    name.includes(" fields ") ? name.replace(/ \S+$/, "") : name.replace(/ .*$/, ""),
  );
}
