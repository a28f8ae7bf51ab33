import { splitDuration, tooLong } from "./parse-duration.ts";
import { isGoDuration, millisecondsOf } from "./parse-go-duration.ts";
import { addDate, utc } from "./wall-clock.ts";

/** Options of {@link parseInterval}. */
export interface ParseIntervalOptions {
  /** The time from which months and years are counted, in milliseconds since 1970. Default `Date.now()`. */
  readonly now?: number | undefined;
}

/**
 * Reads an interval, with the texts of `parseDuration`. Months and years are those of the calendar from `now` on: `1M`
 * has 31 days in January. Days and weeks have 24 and 168 hours, because the calendar is that of UTC.
 *
 * @returns milliseconds
 * @throws TimeError `interval_invalid`; `time_out_of_range` beyond 292 years
 */
export function parseInterval(text: string, { now = Date.now() }: ParseIntervalOptions = {}): number {
  const { count, unit } = splitDuration(text);
  if (unit === "") return millisecondsOf(count);
  const step = Number(count);
  const start = { ms: now, zone: utc };
  const end = {
    d: () => addDate(start, 0, 0, step),
    w: () => addDate(start, 0, 0, 7 * step),
    M: () => addDate(start, 0, step, 0),
    y: () => addDate(start, step, 0, 0),
  }[unit]().ms;
  const span = end - now;
  if (Number.isNaN(span) || !isGoDuration(BigInt(Math.trunc(span)) * 1_000_000n)) throw tooLong(text);
  return span;
}
