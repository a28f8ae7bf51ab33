import { compareCase } from "../compare-case.ts";
import { comparedHead, comparedLine, comparedRow } from "../compared-table.ts";
import type { Medians } from "../median-round.ts";
import type { BenchLine } from "../report.ts";
import type { SdkCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";

/** One case over all rounds in which its numbers are there: medians. */
export interface Summary extends SdkCase, Medians {}

/** `undefined` when no round has the numbers. */
export function summarise(each: SdkCase, rounds: readonly Round[]): Summary | undefined {
  return compareCase(each, rounds);
}

export function toLine(summary: Summary): BenchLine {
  return comparedLine("sdk", summary);
}

export const tableHead = comparedHead;

export function tableRows(summaries: readonly Summary[]): string[][] {
  return summaries.map((summary) =>
    comparedRow(summary, toLine(summary), (value) => format(value, summary.unit)),
  );
}

function format(value: number, unit: Unit): string {
  if (unit === "MB") return `${Math.round(value / 1e6)} MB`;
  return `${Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}
