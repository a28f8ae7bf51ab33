import { checkFigures } from "../check-figures.ts";
import { groupRuns, type RoundOfRuns, runGroups } from "../run-groups.ts";
import type { Figure, SdkCase } from "./cases.ts";
import { type Programs, type RunName, run } from "./runs.ts";
import type { Size } from "./size.ts";

/** What the runs of one round found. */
export type Round = RoundOfRuns<RunName>;

/**
 * Makes the runs that the cases need, each with fresh processes.
 *
 * @param number from 0
 */
export async function runRound(
  number: number,
  cases: readonly SdkCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  return runGroups(groupsOf(cases), number, async (name) => {
    const ran = await run(name, size, programs);
    checkFigures(ran.figures, keysOf(name, cases));
    return ran;
  });
}

/** The runs, in groups of those that are compared with one another. */
export function groupsOf(cases: readonly SdkCase[]): RunName[][] {
  const names = cases.flatMap(figuresOf).map(({ run: name }) => name);
  return groupRuns(names, (name) => name.replace(/ .*$/, ""));
}

function figuresOf({ value, base }: SdkCase): Figure[] {
  return typeof base === "number" ? [value] : [value, base];
}

function keysOf(name: RunName, cases: readonly SdkCase[]): string[] {
  return cases.flatMap(figuresOf).flatMap(({ run: other, key }) => (other === name ? [key] : []));
}
