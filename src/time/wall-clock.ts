/** A time zone by the only question that is asked of it. */
export interface Zone {
  /** What is to be added to a time of UTC, in milliseconds, at that time of UTC. */
  offsetMs(at: number): number;
}

/** A moment, in milliseconds since 1970, with the zone whose clock and calendar apply to it. */
export interface Moment {
  readonly ms: number;
  readonly zone: Zone;
}

export const utc: Zone = { offsetMs: () => 0 };

/** A zone whose clock is always so many milliseconds ahead of UTC. */
export function fixedZone(offsetMs: number): Zone {
  return { offsetMs: () => offsetMs };
}

/** The clock and calendar of a moment's zone, as a Date whose UTC parts they are. */
export function wallClock({ ms, zone }: Moment): Date {
  return new Date(ms + zone.offsetMs(ms));
}

/**
 * The moment at which a clock shows this. Parts beyond their range carry over, as in Go's `time.Date`: month 12 is
 * January of the next year, day 0 the last day of the month before. A time that a zone skips or has twice is taken with
 * the offset that Go takes.
 *
 * @param month 0 is January
 * @param ofDayMs milliseconds since midnight
 */
export function momentOf(zone: Zone, year: number, month: number, day: number, ofDayMs: number): Moment {
  // Not Date.UTC, which takes the years 0 to 99 for those of 1900.
  const local = new Date(0).setUTCFullYear(year, month, day) + ofDayMs;
  const first = zone.offsetMs(local);
  const offset = first === 0 ? 0 : zone.offsetMs(local - first);
  return { ms: local - offset, zone };
}

/** Adds to the calendar date and keeps the time of the clock, as Go's `AddDate`. */
export function addDate(moment: Moment, years: number, months: number, days: number): Moment {
  const clock = wallClock(moment);
  return momentOf(
    moment.zone,
    clock.getUTCFullYear() + years,
    clock.getUTCMonth() + months,
    clock.getUTCDate() + days,
    ofDay(clock),
  );
}

/** Milliseconds since midnight of a clock. */
function ofDay(clock: Date): number {
  const dayMs = 86_400_000;
  return ((clock.getTime() % dayMs) + dayMs) % dayMs;
}
