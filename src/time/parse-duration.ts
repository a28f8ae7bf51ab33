import { isGoDuration, millisecondsOf, parseGoDuration } from "./parse-go-duration.ts";
import { quote, TimeError } from "./time-error.ts";

const dayNanos = 86_400_000_000_000n;

/** A month is a twelfth of a year, and a year has 365.25 days. */
const nanosByDateUnit: Readonly<Record<string, bigint>> = {
  d: dayNanos,
  w: 7n * dayNanos,
  M: 2_629_800_000_000_000n,
  y: 31_557_600_000_000_000n,
};

/**
 * Reads a duration: a whole number of days `d`, weeks `w`, months `M` or years `y`, or a text such as `1h30m` or `1.5s`
 * with the units `ns us ms s m h`. A day always has 24 hours here, a month 30.4375 days and a year 365.25; for calendar
 * units see `parseInterval`.
 *
 * @returns milliseconds, with a fraction for shorter units; negative for a text that begins with `-`
 * @throws TimeError `interval_invalid`; `time_out_of_range` beyond 292 years, where the Go SDK returns a wrong number
 */
export function parseDuration(text: string): number {
  const { count, unit } = splitDuration(text);
  const nanos = unit === "" ? count : count * (nanosByDateUnit[unit] as bigint);
  if (!isGoDuration(nanos)) throw tooLong(text);
  return millisecondsOf(nanos);
}

/** Reading a number takes longer than its digits are many. */
const maxChars = 200;

/** Splits a duration into a count of a calendar unit, or nanoseconds and the unit `""`. */
export function splitDuration(text: string): {
  readonly count: bigint;
  readonly unit: "" | "M" | "d" | "w" | "y";
} {
  if (typeof text !== "string" || text.length > maxChars) throw invalidDuration(text);
  const [, digits, unit] = /^(\d+)([dwMy])$/.exec(text) ?? [];
  if (digits !== undefined) {
    const count = BigInt(digits);
    if (!isGoDuration(count)) throw tooLong(text);
    return { count, unit: unit as "M" | "d" | "w" | "y" };
  }
  const nanos = parseGoDuration(text);
  if (nanos === undefined) throw invalidDuration(text);
  return { count: nanos, unit: "" };
}

export function tooLong(text: string): TimeError {
  return new TimeError("time_out_of_range", `expected a duration of at most 292 years, got ${quote(text)}`);
}

function invalidDuration(text: unknown): TimeError {
  return new TimeError(
    "interval_invalid",
    `expected a duration such as 10s, 1h30m or 7d, got ${quote(text)}: units are ns, us, ms, s, m, h, d, w, M (month) and y`,
  );
}
