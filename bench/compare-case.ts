import { type Medians, medianRound } from "./median-round.ts";

/** A number of one round. */
interface Found {
  readonly value: number;
  /** Whether nothing else kept the machine busy. */
  readonly isCalm: boolean;
}

/**
 * One case over all rounds in which both of its numbers are there: medians. `undefined` when there is no such round.
 *
 * @param each its base is a number where nothing is measured beside it
 * @param sizeOf what a measured number is divided by; 1 by default
 */
export function compareCase<Figure, Case extends { readonly value: Figure; readonly base: Figure | number }>(
  each: Case,
  rounds: readonly { readonly find: (figure: Figure) => Found | undefined }[],
  sizeOf: (figure: Figure) => number = () => 1,
): (Case & Medians) | undefined {
  const { value, base } = each;
  const all = rounds.flatMap(({ find }) => {
    const own = find(value);
    const other = typeof base === "number" ? { value: base, isCalm: true } : find(base);
    if (own === undefined || other === undefined) return [];
    return [
      {
        own: own.value / sizeOf(value),
        other: typeof base === "number" ? base : other.value / sizeOf(base),
        isCalm: own.isCalm && other.isCalm,
      },
    ];
  });
  const medians = medianRound(all);
  return medians && { ...each, ...medians };
}
