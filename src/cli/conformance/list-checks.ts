import type { Check } from "./check.ts";

/** The checks as the rows of a Markdown table, which docs/conformance.md has. */
export function listChecks(checks: readonly Omit<Check, "run">[]): string {
  const rows = checks.map(({ name, fact, source, level = "must", needs = [] }) =>
    [`\`${name}\``, fact, source, level, needs.join(", ")]
      .map((cell) => cell.replaceAll("|", "\\|"))
      .join(" | "),
  );
  return [
    "| check | fact | source | level | needs |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}
