import { type DateMathOptions, evaluateDateMath } from "./date-math.ts";
import { ianaZone } from "./iana-zone.ts";
import { parseDuration } from "./parse-duration.ts";
import { quote, TimeError } from "./time-error.ts";

/** A day of the week as dashboards name it. */
export type Weekday = "sunday" | "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday";

const weekdays: readonly Weekday[] = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];

/** Whose calendar relative times are read by: the settings of a dashboard or a user. */
export interface TimeReaderOptions {
  /** A name of the IANA database, such as `Europe/Berlin`. Default UTC, also for `""` and `utc`. */
  readonly timeZone?: string | undefined;
  /** The first day of a week, for `/w`. Default `monday`. */
  readonly weekStart?: Weekday | undefined;
  /** The month in which a fiscal year begins, for `/fy` and `/fQ`: 0 is January, as dashboards store it. Default 0. */
  readonly fiscalYearStartMonth?: number | undefined;
}

/** Options of {@link TimeReader.time}. */
export interface ReadTimeOptions {
  /** The current time in milliseconds since 1970. Default `Date.now()`. */
  readonly now?: number | undefined;
  /** Rounds a period such as `/d` to its last millisecond, as the end of a range. Default false: to its start. */
  readonly roundUp?: boolean | undefined;
}

/** A range of time as people and dashboards write it: `now-6h`, `now/fQ`, epoch milliseconds, a date. */
export interface RawTimeRange {
  readonly from: string | number;
  readonly to: string | number;
}

/** A range of time; both ends belong to it. */
export interface TimeRangeDates {
  readonly from: Date;
  readonly to: Date;
}

/** Reads relative times. It keeps the formatter of its time zone, which is costly to make. */
export interface TimeReader {
  /**
   * Reads a time: milliseconds since 1970 as a text or a number; a duration (`1h`: an hour ago); `now` or a date, with
   * steps that add a period (`+1d`, `-3b` for business days) or round to one (`/w`).
   *
   * @returns milliseconds since 1970, a whole number
   * @throws TimeError `time_invalid`; `time_out_of_range` beyond what a `Date` holds
   */
  time(text: string | number, options?: ReadTimeOptions): number;
  /**
   * Reads both ends of a range by the same `now`; the end is rounded up. It does not compare them.
   *
   * @throws TimeError as `time`
   */
  range(range: RawTimeRange, options?: Pick<ReadTimeOptions, "now">): TimeRangeDates;
}

/**
 * Makes a reader of relative times for one time zone and calendar. Keep it for as long as these do not change.
 *
 * @throws TimeError `time_option_invalid`
 */
export function createTimeReader(options: TimeReaderOptions = {}): TimeReader {
  const { timeZone = "", weekStart = "monday", fiscalYearStartMonth = 0 } = options;
  const weekday = weekdays.indexOf(weekStart);
  if (weekday === -1) {
    throw invalid("weekStart", `one of ${weekdays.join(", ")}`, weekStart);
  }
  if (!Number.isInteger(fiscalYearStartMonth) || fiscalYearStartMonth < 0 || fiscalYearStartMonth > 11) {
    throw invalid("fiscalYearStartMonth", "a whole number from 0 (January) to 11", fiscalYearStartMonth);
  }
  if (typeof timeZone !== "string") throw invalid("timeZone", "a string", timeZone);
  const zone = ianaZone(timeZone);

  function time(text: string | number, { now = Date.now(), roundUp = false }: ReadTimeOptions = {}): number {
    const ms = read(text, { now, roundUp, zone, weekStart: weekday, fiscalYearStartMonth });
    if (ms === undefined) {
      throw new TimeError(
        "time_invalid",
        `expected a time such as now-6h, now/d, 2024-02-29T12:00:00Z or milliseconds since 1970, got ${quote(text)}`,
      );
    }
    if (!(Math.abs(ms) <= 8.64e15)) {
      throw new TimeError(
        "time_out_of_range",
        `expected a time within 100 million days of 1970, got ${quote(text)}`,
      );
    }
    return Math.floor(ms);
  }

  return {
    time,
    range: ({ from, to }, { now = Date.now() } = {}) => ({
      from: new Date(time(from, { now })),
      to: new Date(time(to, { now, roundUp: true })),
    }),
  };
}

/**
 * Reads a range of time once; see {@link createTimeReader} for many.
 *
 * @throws TimeError `time_invalid`, `time_out_of_range`, `time_option_invalid`
 */
export function parseTimeRange(
  range: RawTimeRange,
  options: TimeReaderOptions & Pick<ReadTimeOptions, "now"> = {},
): TimeRangeDates {
  return createTimeReader(options).range(range, { now: options.now });
}

/** Longer than any expression of people, and short enough for a pattern that tries each end of a date. */
const maxChars = 1000;

function read(text: string | number, options: DateMathOptions): number | undefined {
  if (typeof text === "number") return text;
  if (typeof text !== "string" || text.length > maxChars) return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  if (/^[+-]?[\d.]/.test(text) && /[a-zA-Z]$/.test(text)) {
    const ms = durationOf(text);
    if (ms !== undefined) return options.now - ms;
  }
  return evaluateDateMath(text, options)?.ms;
}

function durationOf(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof TimeError && error.code === "time_out_of_range") return Number.NaN;
    return undefined;
  }
}

function invalid(name: string, expected: string, seen: unknown): TimeError {
  return new TimeError("time_option_invalid", `${name} must be ${expected}, got ${quote(seen)}`);
}
