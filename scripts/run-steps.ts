/** One check: resolves with a text to print, rejects with the failure. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/**
 * Runs the steps one after the other, also after one that failed, and prints name and seconds of each, with the
 * error of a failure and the text of a success.
 *
 * @returns the number of failed steps
 */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  let failed = 0;
  for (const { name, run } of steps) {
    const startedAt = performance.now();
    const outcome = await run().then(
      (text) => ({ mark: "ok    ", text: text.split("\n").at(-1) ?? "" }),
      (error: unknown) => ({ mark: "FAILED", text: error instanceof Error ? error.message : String(error) }),
    );
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const ok = outcome.mark !== "FAILED";
    console.log(
      `${outcome.mark} ${name} (${seconds} s)${ok && outcome.text !== "" ? `: ${outcome.text}` : ""}`,
    );
    if (!ok) {
      failed += 1;
      console.log(outcome.text.replaceAll(/^/gm, "    "));
    }
  }
  return failed;
}
