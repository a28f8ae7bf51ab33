import { checkFigures } from "../check-figures.ts";
import { type RoundOfRuns, runGroups } from "../run-groups.ts";
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
  const figures = cases.flatMap(({ value, base }) => [value, base]);
  // What is compared is one run.
  const runs = [...new Set(figures.map(({ run: name }) => name))];
  return runGroups([runs], number, async (name) => {
    const ran = await run(name, size, programs);
    checkFigures(
      ran.figures,
      figures.flatMap(({ run: other, key }) => (other === name ? [key] : [])),
    );
    return ran;
  });
}
