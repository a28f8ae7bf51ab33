import { quote, TimeError } from "./time-error.ts";
import { utc, type Zone } from "./wall-clock.ts";

const dayMs = 86_400_000;

/** The last time of a Date. */
const maxMs = 8.64e15;

/** Days whose offset is kept. A range touches about ten. */
const maxDays = 500;

/**
 * A zone of the IANA database as the runtime has it (`Intl`), so that no database of ours can be out of date. `""`, `utc`
 * and `UTC` are UTC.
 *
 * @throws TimeError `time_option_invalid` for a name that the runtime does not support
 */
export function ianaZone(name: string): Zone {
  if (name === "" || name === "utc" || name === "UTC") return utc;
  const format = formatOf(name);
  // A look-up costs ten microseconds, and the days around now are asked for again and again. A day that begins and ends
  // with the same offset has it throughout: no clock changes there and back within a day. NaN is a day with a change.
  const offsetByDay = new Map<number, number>();

  function offsetOfDay(day: number): number {
    const known = offsetByDay.get(day);
    if (known !== undefined) return known;
    const first = lookUp(format, day * dayMs);
    const offset = first === lookUp(format, (day + 1) * dayMs - 1000) ? first : Number.NaN;
    if (offsetByDay.size === maxDays) offsetByDay.clear();
    offsetByDay.set(day, offset);
    return offset;
  }

  return {
    offsetMs(at) {
      // Beyond what a Date holds: the result is not a time either.
      if (!(Math.abs(at) < maxMs - dayMs)) return 0;
      const offset = offsetOfDay(Math.floor(at / dayMs));
      return Number.isNaN(offset) ? lookUp(format, at) : offset;
    },
  };
}

function lookUp(format: Intl.DateTimeFormat, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(second)) parts[type] = value;
  const year = Number(parts["year"]);
  const clock = new Date(0);
  clock.setUTCFullYear(
    parts["era"] === "BC" ? 1 - year : year,
    Number(parts["month"]) - 1,
    Number(parts["day"]),
  );
  clock.setUTCHours(Number(parts["hour"]), Number(parts["minute"]), Number(parts["second"]));
  return clock.getTime() - second;
}

function formatOf(name: string): Intl.DateTimeFormat {
  try {
    // Without calendar and numbering system they would be those of the machine's settings.
    return new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new TimeError(
      "time_option_invalid",
      `timeZone must be a name of the IANA database such as "Europe/Berlin", or "utc", got ${quote(name)}`,
    );
  }
}
