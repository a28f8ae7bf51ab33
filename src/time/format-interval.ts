const units: readonly (readonly [string, number])[] = [
  ["y", 365 * 86_400_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/**
 * Formats an interval as Grafana does: whole years, days, hours, minutes, seconds or milliseconds of the largest unit
 * that fits, rounded down (90 minutes are `1h`). Less than a millisecond is `1ms`.
 *
 * @param ms milliseconds
 */
export function formatInterval(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each) ?? ["ms", 1];
  return `${Math.max(1, Math.floor(ms / size))}${unit}`;
}
