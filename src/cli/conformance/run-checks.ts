import { type Check, failed, leftOut, type Outcome } from "./check.ts";
import { describeExit } from "./process/describe-exit.ts";
import { unmetNeed } from "./unmet-need.ts";
import type { World } from "./world.ts";

/** A check with its outcome. */
export interface Result {
  readonly check: Omit<Check, "run">;
  readonly outcome: Outcome;
}

/**
 * Runs checks one after the other, so that each has the plugin for itself.
 *
 * @param onResult called as each is done
 */
export async function runChecks(
  checks: readonly Check[],
  world: World,
  onResult: (result: Result) => void = () => {},
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const add = (result: Result): void => {
    results.push(result);
    onResult(result);
  };
  const isStarted = await world.shared().then(
    () => true,
    () => false,
  );
  for (const check of checks) {
    const isStart = check.name === "handshake.starts";
    add({
      check,
      outcome:
        isStarted || isStart
          ? await runCheck(check, world)
          : leftOut("the plugin does not start: see handshake.starts"),
    });
    world.endCheck();
  }
  return results;
}

async function runCheck(check: Check, world: World): Promise<Outcome> {
  try {
    const why = await unmetNeed(check.needs ?? [], world);
    if (why !== undefined) return leftOut(why);
    const { process } = await world.shared();
    const outcome = await check.run(world);
    if (outcome.kind !== "passed" || process.exit() === undefined) return outcome;
    return failed(
      "a plugin that goes on",
      `the plugin ended during the check: ${describeExit(process.exit())}`,
      "look at its stderr: no call may end the process",
    );
  } catch (error) {
    return failed(
      "a plugin that starts, can be called, and answers with messages of the contract",
      error instanceof Error ? error.message : String(error),
      "look at the stderr of the plugin: run the command by hand with grafana_plugin_type=datasource",
    );
  }
}
