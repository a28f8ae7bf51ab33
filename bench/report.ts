import Table from "cli-table3";

/** The result of a benchmark in one case, as `--json` prints it: one object a line. */
export interface BenchLine {
  readonly bench: string;
  readonly case: string;
  /** Ours divided by the other, usually Go's. */
  readonly ratio: number;
  /** The ratio to reach, or better. `null`: for information. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
}

/** `undefined` without a target. */
export function meetsTarget({ ratio, target, better }: BenchLine): boolean | undefined {
  if (target === null) return undefined;
  return better === "lower" ? ratio <= target : ratio >= target;
}

/** The cells of a table that say what a line is worth: ratio, which is better, target, and whether it is met. */
export function judgedCells(line: BenchLine): string[] {
  const met = meetsTarget(line);
  return [
    String(line.ratio),
    line.better,
    line.target === null ? "" : String(line.target),
    met === undefined ? "" : met ? "met" : "missed",
  ];
}

/** A table of texts, for people. The first column is aligned to the left, the others to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const below = sorted[(sorted.length - 1) >> 1];
  const above = sorted[sorted.length >> 1];
  if (below === undefined || above === undefined) throw new Error("a median needs at least one value");
  return (below + above) / 2;
}
