import type { LargeAnswers } from "./requests.ts";

/** Numbers of fields of the frames, by their names in the cases. */
export type FieldCount = "1" | "10" | "100" | "1e3" | "1e4" | "1e5";

/** How much the runs do. */
export interface Size {
  /** How long a measured load lasts. */
  readonly seconds: number;
  /** Starts of which the median counts. */
  readonly starts: number;
  /** Plugins that run at once where there are many. */
  readonly plugins: number;
  readonly large: LargeAnswers;
  readonly fields: Readonly<Record<FieldCount, number>>;
  /** Rows of the longest table. */
  readonly rows: number;
  /** Measured runs of an operation on frames, of which the median counts. */
  readonly runs: number;
}

export const fullSize: Size = {
  seconds: 0.8,
  starts: 5,
  plugins: 100,
  // The table of 2.7 million rows has 100 MB as Arrow.
  large: { rows: { rows: 1_000_000 }, bytes: { rows: 2_700_000 }, frames: { frames: 10_000 } },
  fields: { "1": 1, "10": 10, "100": 100, "1e3": 1000, "1e4": 10_000, "1e5": 100_000 },
  rows: 10_000_000,
  runs: 3,
};

export const quickSize: Size = {
  seconds: 0.05,
  starts: 1,
  plugins: 3,
  large: { rows: { rows: 1000 }, bytes: { rows: 2000 }, frames: { frames: 10 } },
  fields: { "1": 1, "10": 10, "100": 20, "1e3": 30, "1e4": 40, "1e5": 50 },
  rows: 1000,
  runs: 1,
};
