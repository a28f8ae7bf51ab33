import type { Options } from "./options.ts";
import type { Result } from "./run-checks.ts";

/** What a result means for the exit code. */
export type Verdict = "passed" | "left out" | "failed" | "advice" | "expected failure" | "unexpected pass";

/** The verdict on a result: expected failures and checks that are only recommended do not count as failed. */
export function judge(
  { check, outcome }: Result,
  { expectedFailures, isStrict }: Pick<Options, "expectedFailures" | "isStrict">,
): Verdict {
  const isExpected = expectedFailures.includes(check.name);
  if (outcome.kind === "left out") return "left out";
  if (outcome.kind === "passed") return isExpected ? "unexpected pass" : "passed";
  if (isExpected) return "expected failure";
  return check.level === "should" && !isStrict ? "advice" : "failed";
}

/** Whether a verdict makes the exit code 1. */
export function isBad(verdict: Verdict): boolean {
  return verdict === "failed" || verdict === "unexpected pass";
}
