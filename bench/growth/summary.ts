import { type Medians, medianRound } from "../median-round.ts";
import { type BenchLine, judgedCells } from "../report.ts";
import type { GrowthCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";
import type { FieldCount, Size } from "./size.ts";

/** One case over all rounds in which its numbers are there: medians. */
export interface Summary extends GrowthCase, Medians {}

/** `undefined` when no round has the numbers. */
export function summarise(each: GrowthCase, rounds: readonly Round[], size: Size): Summary | undefined {
  const all = rounds.flatMap(({ find }) => {
    const value = find(each.value);
    const base = typeof each.base === "number" ? { value: each.base, isCalm: true } : find(each.base);
    if (value === undefined || base === undefined) return [];
    const own = value.value / cellsOf(each.value.run, each.unit, size);
    const other =
      typeof each.base === "number" ? each.base : base.value / cellsOf(each.base.run, each.unit, size);
    return [{ own, other, isCalm: value.isCalm && base.isCalm }];
  });
  const medians = medianRound(all);
  return medians && { ...each, ...medians };
}

/** Cells of the frame that a run measures; 1 for what is no time of a cell. */
function cellsOf(run: string, unit: Unit, size: Size): number {
  if (unit !== "ns/cell") return 1;
  const fields = /, (\S+) fields /.exec(run)?.[1];
  return fields === undefined ? 4 * size.rows : 10 * size.fields[fields as FieldCount];
}

export function toLine({ name, ratio, target, better }: Summary): BenchLine {
  return { bench: "growth", case: name, ratio: Number(ratio.toPrecision(3)), target, better };
}

export const tableHead: readonly string[] = [
  "case",
  "measured",
  "compared with",
  "ratio",
  "better",
  "target",
  "",
];

export function tableRows(summaries: readonly Summary[]): string[][] {
  return summaries.map((summary) => {
    return [
      summary.name,
      format(summary.own, summary.unit),
      format(summary.other, summary.unit),
      ...judgedCells(toLine(summary)),
    ];
  });
}

function format(value: number, unit: Unit): string {
  if (unit === "MB") return `${Math.round(value / 1e6)} MB`;
  const number = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  return unit === "of the most" ? number : `${number} ${unit}`.trim();
}
