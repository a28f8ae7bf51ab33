import { type Medians, medianRound } from "../median-round.ts";
import { type BenchLine, judgedCells } from "../report.ts";
import type { GatewayCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";

/** One case over all rounds in which its numbers are there: medians. */
export interface Summary extends GatewayCase, Medians {}

/** `undefined` when no round has the numbers. */
export function summarise(each: GatewayCase, rounds: readonly Round[]): Summary | undefined {
  const seen = rounds.flatMap(({ find }) => {
    const value = find(each.value);
    const base = find(each.base);
    if (value === undefined || base === undefined) return [];
    return [{ own: value.value, other: base.value, isCalm: value.isCalm && base.isCalm }];
  });
  const medians = medianRound(seen);
  return medians && { ...each, ...medians };
}

export function toLine({ name, ratio, target, better }: Summary): BenchLine {
  return { bench: "gateway", case: name, ratio: Number(ratio.toPrecision(3)), target, better };
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
  return summaries.map((summary) => [
    summary.name,
    format(summary.own, summary.unit),
    format(summary.other, summary.unit),
    ...judgedCells(toLine(summary)),
  ]);
}

function format(value: number, unit: Unit): string {
  if (unit === "MB") return `${Math.round(value / 1e6)} MB`;
  return `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}
