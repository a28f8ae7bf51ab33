import type { Verdict } from "./judge.ts";
import type { Result } from "./run-checks.ts";

/** One line of JSON for the whole run. */
export function formatJson(
  command: readonly string[],
  judged: readonly { readonly result: Result; readonly verdict: Verdict }[],
  isConforming: boolean,
): string {
  return JSON.stringify({
    command,
    conforms: isConforming,
    checks: judged.map(({ result: { check, outcome }, verdict }) => ({
      name: check.name,
      verdict,
      fact: check.fact,
      source: check.source,
      level: check.level ?? "must",
      ...outcome,
      kind: undefined,
    })),
  });
}
