import type { Adapter } from "./adapters/adapter.ts";
import type { ExplainedRun } from "./differences.ts";
import { classes } from "./generate/classes.ts";
import type { AdapterRun } from "./run-adapter.ts";

/** A language with what came of it. */
export interface LanguageResult {
  readonly adapter: Adapter;
  readonly run: AdapterRun;
  readonly explained: ExplainedRun;
}

/** One object of `npm run vectors -- --json`. */
export interface LanguageSummary {
  readonly language: string;
  readonly vectors: number;
  readonly exact: number;
  readonly explained: number;
  readonly unexplained: number;
}

export function summarise({ adapter, run, explained }: LanguageResult): LanguageSummary {
  const unexplained = explained.unexplained.length;
  return {
    language: adapter.name,
    vectors: run.vectors.length,
    exact: run.vectors.length - run.findings.length,
    explained: run.findings.length - unexplained,
    unexplained,
  };
}

/** The generated part of docs/compatibility.md. */
export function formatCompatibility(results: readonly LanguageResult[]): string {
  return [
    ...summaryTable(results),
    "",
    "### By class",
    "",
    ...classTable(results),
    "",
    "### Differences",
    "",
    ...differencesTable(results),
  ].join("\n");
}

function summaryTable(results: readonly LanguageResult[]): string[] {
  const rows = results.map((result) => {
    const { language, vectors, exact, explained, unexplained } = summarise(result);
    const json = result.adapter.forms.includes("json") ? "yes" : "no";
    return `| ${result.adapter.title} | \`${language}\` | ${json} | ${vectors} | ${exact} | ${explained} | ${unexplained} |`;
  });
  return [
    "| language | `--only` | ProtoJSON | vectors | exact | explained | unexplained |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ];
}

function classTable(results: readonly LanguageResult[]): string[] {
  const rows = Object.entries(classes).map(([name, purpose]) => {
    const cells = results.map((result) => cell(result, name));
    return `| \`${name}\`: ${purpose} | ${cells.join(" | ")} |`;
  });
  return [
    `| class | ${results.map(({ adapter }) => `\`${adapter.name}\``).join(" | ")} |`,
    `|---|${results.map(() => "---|").join("")}`,
    ...rows,
  ];
}

/** `120` when all are exact, else `118 of 120`. */
function cell({ run }: LanguageResult, kind: string): string {
  const all = run.vectors.filter((vector) => vector.kind === kind).length;
  const different = run.findings.filter(({ vector }) => vector.kind === kind).length;
  if (all === 0) return "–";
  return different === 0 ? String(all) : `${all - different} of ${all}`;
}

function differencesTable(results: readonly LanguageResult[]): string[] {
  const counts = new Map<string, { readonly why: string; readonly by: string[] }>();
  for (const { adapter, explained } of results) {
    for (const [{ name, why }, findings] of explained.explained) {
      const row = counts.get(name) ?? { why, by: [] };
      row.by.push(`\`${adapter.name}\` ${findings.length}`);
      counts.set(name, row);
    }
  }
  const rows = [...counts].map(([name, { why, by }]) => `| ${name} | ${by.join(", ")} | ${why} |`);
  return ["| difference | vectors | why |", "|---|---|---|", ...rows];
}
