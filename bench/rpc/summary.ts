import { type Medians, medianRound } from "../median-round.ts";
import { type BenchLine, judgedCells } from "../report.ts";
import type { RpcCase, Unit } from "./cases.ts";
import type { Round } from "./run-round.ts";

/** One case over all rounds that have both of its numbers: medians. */
export interface Summary extends RpcCase, Medians {}

/** Rounds with a disturbed run count only if there are too few calm ones. `undefined` when no round has both numbers. */
export function summarise(each: RpcCase, rounds: readonly Round[]): Summary | undefined {
  const all = rounds.flatMap(({ find }) => {
    const own = find(each.value);
    const other = find(each.base);
    if (own === undefined || other === undefined) return [];
    const isCalm = own.isCalm && other.isCalm;
    return [{ own: own.value, other: other.value, isCalm }];
  });
  const medians = medianRound(all);
  return medians && { ...each, ...medians };
}

export function toLine({ name, ratio, target, better }: Summary): BenchLine {
  return { bench: "rpc", case: name, ratio: Number(ratio.toPrecision(3)), target, better };
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
  return summaries.map((summary) => {
    return [
      summary.name,
      format(summary.own, summary.unit),
      format(summary.other, summary.unit),
      summary.base.pair,
      ...judgedCells(toLine(summary)),
    ];
  });
}

function format(value: number, unit: Unit): string {
  if (unit === "bytes") return `${Math.round(value / 1e6)} MB`;
  return `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}
