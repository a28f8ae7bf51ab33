import { median } from "./report.ts";

/** The numbers of one case in one round. */
interface Seen {
  readonly own: number;
  readonly other: number;
  /** Whether nothing else kept the machine busy. */
  readonly isCalm: boolean;
}

/** Medians over rounds. */
export interface Medians {
  /** The median of the rounds' ratios, not the ratio of medians: a slow round is slow for both. */
  readonly ratio: number;
  readonly own: number;
  readonly other: number;
}

/** With this many calm rounds the others do not count. */
const enoughRounds = 2;

/** Disturbed rounds count only if there are too few calm ones. `undefined` without any round. */
export function medianRound(all: readonly Seen[]): Medians | undefined {
  const calm = all.filter(({ isCalm }) => isCalm);
  const seen = calm.length >= enoughRounds ? calm : all;
  if (seen.length === 0) return undefined;
  return {
    ratio: median(seen.map(({ own, other }) => own / other)),
    own: median(seen.map(({ own }) => own)),
    other: median(seen.map(({ other }) => other)),
  };
}
