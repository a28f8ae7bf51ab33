import { roundInterval } from "./round-interval.ts";

/** Options of {@link calculateInterval}. */
export interface CalculateIntervalOptions {
  /** The number of points that are wanted, at least 1. Default, also for 0: 1500, as in Grafana's own data sources. */
  readonly maxDataPoints?: number | undefined;
  /** The shortest interval, in milliseconds. Default 1. */
  readonly minIntervalMs?: number | undefined;
}

/**
 * Calculates the interval of a query from its range and the number of points that a panel can show: their quotient,
 * rounded as by `roundInterval`, or `minIntervalMs` if the quotient is less.
 *
 * @param range dates, or milliseconds since 1970
 * @returns milliseconds
 */
export function calculateInterval(
  range: { readonly from: Date | number; readonly to: Date | number },
  { maxDataPoints = 0, minIntervalMs = 1 }: CalculateIntervalOptions = {},
): number {
  const points = maxDataPoints >= 1 ? Math.floor(maxDataPoints) : 1500;
  // A fraction of a nanosecond would decide about a limit of the rounding.
  const step = Math.floor(((Number(range.to) - Number(range.from)) / points) * 1e6) / 1e6;
  return step < minIntervalMs ? minIntervalMs : roundInterval(step);
}
