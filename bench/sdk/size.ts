import type { LongTables } from "./requests.ts";

/** How much the runs do. */
export interface Size {
  /** Duration of a measured load. */
  readonly seconds: number;
  /** Starts of each plugin, of which the median counts. */
  readonly starts: number;
  readonly rows: LongTables;
}

export const fullSize: Size = {
  seconds: 0.8,
  starts: 15,
  rows: { "1M": 1_000_000, "5M": 5_000_000, "20M": 20_000_000 },
};
export const quickSize: Size = {
  seconds: 0.05,
  starts: 1,
  rows: { "1M": 30_000, "5M": 150_000, "20M": 300_000 },
};
