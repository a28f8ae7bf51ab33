/** How much the runs do. */
export interface Size {
  /** Duration of a measured load. */
  readonly seconds: number;
  /** Rows of a large answer. */
  readonly rows: number;
  /** Whether programs are hardly warmed up. */
  readonly isQuick: boolean;
}

/** The JSON of so many rows has 16 MB. */
export const fullSize: Size = { seconds: 0.8, rows: 320_000, isQuick: false };
export const quickSize: Size = { seconds: 0.05, rows: 20_000, isQuick: true };
