/** How many points a range query has: one for each interval, and not more than the caller can show. */
export function pointsOf(fromMs: number, toMs: number, intervalMs: number, maxDataPoints: number): number {
  return Math.min(maxDataPoints, Math.floor((toMs - fromMs) / intervalMs));
}
