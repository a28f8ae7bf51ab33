import { checkFigures } from "../check-figures.ts";
import { groupRuns, type RoundOfRuns, runGroups } from "../run-groups.ts";
import type { GatewayCase } from "./cases.ts";
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
  cases: readonly GatewayCase[],
  size: Size,
  programs: Programs,
): Promise<Round> {
  return runGroups(groupsOf(cases), number, async (name) => {
    const ran = await run(name, size, programs);
    const figures = cases.flatMap(({ value, base }) => [value, base]);
    checkFigures(
      ran.figures,
      figures.flatMap(({ run: other, key }) => (other === name ? [key] : [])),
    );
    return ran;
  });
}

/** The runs, in groups of those that are compared with one another. */
export function groupsOf(cases: readonly GatewayCase[]): RunName[][] {
  const names = cases.flatMap(({ value, base }) => [value.run, base.run]);
  return groupRuns(names, (name) => name.replace(/ .*$/, ""));
}
