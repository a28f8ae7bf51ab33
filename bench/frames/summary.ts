import { type BenchLine, median, meetsTarget } from "../report.ts";
import type { FramesCase } from "./cases.ts";
import type { Pair, Round } from "./run-round.ts";

/** One case over all rounds: medians. */
export interface Summary {
  readonly name: string;
  readonly target: number;
  /** The median of the rounds' ratios, not the ratio of medians: a slow round is slow for both. */
  readonly ratio: number;
  readonly go: { readonly ns: number; readonly peakBytes: number };
  readonly ours: { readonly ns: number; readonly peakBytes: number };
}

export function summarise({ name, target }: FramesCase, rounds: readonly Round[]): Summary {
  const own = rounds.flatMap(({ pairs }) => pairs).filter((pair) => pair.name === name);
  const medianOf = (value: (pair: Pair) => number): number => median(own.map(value));
  return {
    name,
    target,
    ratio: medianOf(({ go, ours }) => ours.ns / go.ns),
    go: { ns: medianOf(({ go }) => go.ns), peakBytes: medianOf(({ go }) => go.peakBytes) },
    ours: { ns: medianOf(({ ours }) => ours.ns), peakBytes: medianOf(({ ours }) => ours.peakBytes) },
  };
}

export function toLine({ name, ratio, target }: Summary): BenchLine {
  return { bench: "frames", case: name, ratio: Number(ratio.toPrecision(3)), target, better: "lower" };
}

export const tableHead: readonly string[] = [
  "case",
  "Go",
  "ours",
  "ratio",
  "target",
  "",
  "Go's peak",
  "our peak",
];

export function tableRows(summaries: readonly Summary[]): string[][] {
  return summaries.map((summary) => {
    const { name, go, ours } = summary;
    const line = toLine(summary);
    return [
      name,
      time(go.ns),
      time(ours.ns),
      String(line.ratio),
      String(line.target),
      meetsTarget(line) ? "met" : "missed",
      megabytes(go.peakBytes),
      megabytes(ours.peakBytes),
    ];
  });
}

function time(ns: number): string {
  return ns >= 1e6 ? `${(ns / 1e6).toPrecision(3)} ms` : `${(ns / 1e3).toPrecision(3)} µs`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
