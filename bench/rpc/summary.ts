import { compareCase } from "../compare-case.ts";
import { comparedLine, comparedRow } from "../compared-table.ts";
import type { Medians } from "../median-round.ts";
import type { BenchLine } from "../report.ts";
import type { RpcCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";

/** One case over all rounds that have both of its numbers: medians. */
export interface Summary extends RpcCase, Medians {}

/** Rounds with a disturbed run count only if there are too few calm ones. `undefined` when no round has both numbers. */
export function summarise(each: RpcCase, rounds: readonly Round[]): Summary | undefined {
  return compareCase(each, rounds);
}

export function toLine(summary: Summary): BenchLine {
  return comparedLine("rpc", summary);
}

export const tableHead: readonly string[] = [
  "case",
  "measured",
  "compared with",
  "",
  "ratio",
  "better",
  "target",
  "",
];

export function tableRows(summaries: readonly Summary[]): string[][] {
  return summaries.map((summary) =>
    comparedRow(summary, toLine(summary), (value) => format(value, summary.unit), [summary.base.pair]),
  );
}

function format(value: number, unit: Unit): string {
  if (unit === "bytes") return `${Math.round(value / 1e6)} MB`;
  return `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}
