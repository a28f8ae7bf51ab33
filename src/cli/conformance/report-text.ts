import { isBad, type Verdict } from "./judge.ts";
import type { Result } from "./run-checks.ts";

/** A result as lines of text for a person. */
export function formatResult({ check, outcome }: Result, verdict: Verdict): string {
  const head = `${verdict.padEnd("unexpected pass".length)}  ${check.name}`;
  switch (outcome.kind) {
    case "passed":
      return isBad(verdict) ? `${head}: it is in the file of expected failures: take it out` : head;
    case "left out":
      return `${head}: ${outcome.why}`;
    case "failed":
      return [
        head,
        `    fact      ${check.fact}`,
        `    source    ${check.source}`,
        `    expected  ${outcome.expected}`,
        `    seen      ${outcome.seen}`,
        `    to do     ${outcome.advice}`,
      ].join("\n");
  }
}

/** The last line: how many of each. */
export function formatSummary(verdicts: readonly Verdict[]): string {
  const counts = new Map<Verdict, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${verdicts.some(isBad) ? "does not conform" : "conforms"}: ${parts.join(", ")}`;
}
