import { compareCase } from "../compare-case.ts";
import { comparedLine, comparedRow } from "../compared-table.ts";
import type { Medians } from "../median-round.ts";
import type { BenchLine } from "../report.ts";
import type { GatewayCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";

/** One case over all rounds in which its numbers are there: medians. */
export interface Summary extends GatewayCase, Medians {}

/** `undefined` when no round has the numbers. */
export function summarise(each: GatewayCase, rounds: readonly Round[]): Summary | undefined {
  return compareCase(each, rounds);
}

export function toLine(summary: Summary): BenchLine {
  return comparedLine("gateway", summary);
}

export const tableHead: readonly string[] = [
  "case",
  "ours",
  "compared with",
  "ratio",
  "better",
  "target",
  "",
];

export function tableRows(summaries: readonly Summary[]): string[][] {
  return summaries.map((summary) =>
    comparedRow(summary, toLine(summary), (value) => format(value, summary.unit)),
  );
}

function format(value: number, unit: Unit): string {
  if (unit === "MB") return `${Math.round(value / 1e6)} MB`;
  return `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}
