/** What one load found, by the names that the Go program has for them. */
export type Figures = Record<string, number>;

export interface LoadSize {
  /** How long a measured load lasts. */
  readonly seconds: number;
  /** How often one plugin is stopped. */
  readonly starts: number;
  /** How many plugins run at once where there are many. */
  readonly plugins: number;
}
