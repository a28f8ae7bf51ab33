import type { Medians } from "./median-round.ts";
import { type BenchLine, judgedCells } from "./report.ts";

/** A case with its medians. */
interface Compared extends Pick<BenchLine, "better" | "target">, Medians {
  readonly name: string;
}

/** What `--json` prints of a case, with a ratio of three digits. */
export function comparedLine(bench: string, { name, ratio, target, better }: Compared): BenchLine {
  return { bench, case: name, ratio: Number(ratio.toPrecision(3)), target, better };
}

/** The head of a table whose rows are those of {@link comparedRow}. */
export const comparedHead: readonly string[] = [
  "case",
  "measured",
  "compared with",
  "ratio",
  "better",
  "target",
  "",
];

/**
 * A row of the table for people: the name, both numbers, cells of the benchmark's own, and what `judgedCells` says.
 *
 * @param line what `--json` prints of the case
 * @param format a number with its unit
 */
export function comparedRow(
  { own, other }: Medians,
  line: BenchLine,
  format: (value: number) => string,
  more: readonly string[] = [],
): string[] {
  return [line.case, format(own), format(other), ...more, ...judgedCells(line)];
}
