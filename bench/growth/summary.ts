import { compareCase } from "../compare-case.ts";
import { comparedHead, comparedLine, comparedRow } from "../compared-table.ts";
import type { Medians } from "../median-round.ts";
import type { BenchLine } from "../report.ts";
import type { GrowthCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";
import type { FieldCount, Size } from "./size.ts";

/** One case over all rounds in which its numbers are there: medians. */
export interface Summary extends GrowthCase, Medians {}

/** `undefined` when no round has the numbers. */
export function summarise(each: GrowthCase, rounds: readonly Round[], size: Size): Summary | undefined {
  return compareCase(each, rounds, ({ run }) => cellsOf(run, each.unit, size));
}

/** Cells of the frame that a run measures; 1 for what is no time of a cell. */
function cellsOf(run: string, unit: Unit, size: Size): number {
  if (unit !== "ns/cell") return 1;
  const fields = /, (\S+) fields /.exec(run)?.[1];
  return fields === undefined ? 4 * size.rows : 10 * size.fields[fields as FieldCount];
}

export function toLine(summary: Summary): BenchLine {
  return comparedLine("growth", summary);
}

export const tableHead = comparedHead;

export function tableRows(summaries: readonly Summary[]): string[][] {
  return summaries.map((summary) =>
    comparedRow(summary, toLine(summary), (value) => format(value, summary.unit)),
  );
}

function format(value: number, unit: Unit): string {
  if (unit === "MB") return `${Math.round(value / 1e6)} MB`;
  const number = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  return unit === "of the most" ? number : `${number} ${unit}`.trim();
}
