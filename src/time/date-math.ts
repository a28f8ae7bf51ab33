import { addDate, fixedZone, type Moment, momentOf, utc, wallClock, type Zone } from "./wall-clock.ts";

/** What the evaluation of an expression depends on. */
export interface DateMathOptions {
  readonly now: number;
  readonly zone: Zone;
  /** 0 is Sunday. */
  readonly weekStart: number;
  /** 0 is January. */
  readonly fiscalYearStartMonth: number;
  /** A period that is rounded becomes its last millisecond. */
  readonly roundUp: boolean;
}

type Unit = "M" | "Q" | "b" | "d" | "fQ" | "fy" | "h" | "m" | "s" | "w" | "y";

const expression = /^(?:now|([^|n]+?)(\|\|)?)((?:[+-]\d*(?:f[yQ]|[yMwdbhHmsQ])|\/(?:f[yQ]|[yMwdbhHmsQ]))*)$/;
const step = /([+-])(\d*)(f[yQ]|[yMwdbhHmsQ])|\/(f[yQ]|[yMwdbhHmsQ])/g;
const date = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(.+))?$/;
const time = /^(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** Days of the week are looked at one by one, so a count from outside needs a bound. */
const maxBusinessDays = 100_000;

const hourMs = 3_600_000;
const msByUnit: Readonly<Record<string, number>> = { h: hourMs, m: 60_000, s: 1000 };

/**
 * Evaluates an expression such as `now-1d/d`, `now/fQ` or `2024-02-29||+1M`: `now` or a date, then steps from left to
 * right.
 *
 * @returns `undefined` for a text that is not an expression; a `ms` of NaN for a time beyond what a Date holds
 */
export function evaluateDateMath(text: string, options: DateMathOptions): Moment | undefined {
  const [whole, anchor, pipes, steps = ""] = expression.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // A date takes steps only behind `||`.
  if (anchor !== undefined && pipes === undefined && steps !== "") return undefined;
  let moment =
    anchor === undefined ? { ms: options.now, zone: options.zone } : anchorOf(anchor, options.zone);
  for (const [, sign, count, added, rounded] of steps.matchAll(step)) {
    if (moment === undefined) return undefined;
    if (rounded !== undefined) {
      moment = round(moment, unitOf(rounded), options);
    } else {
      const factor = count === "" ? 1 : Number(count);
      moment = addUnits(moment, sign === "-" ? -factor : factor, unitOf(added as string));
    }
  }
  return moment;
}

/** A date, a time of the day 1970-01-01, both, or milliseconds since 1970 of at least five digits. */
function anchorOf(text: string, zone: Zone): Moment | undefined {
  // Steps from a number are those of UTC.
  if (/^\d{5,}$/.test(text)) return { ms: Number(text), zone: utc };
  const [isDate, year, month = "01", day = "01", rest] = date.exec(text) ?? [];
  const clock = isDate === undefined ? text : rest;
  const [isTime, hour, minute = "0", second = "0", fraction = "0", offset] = time.exec(clock ?? "00") ?? [];
  if (isTime === undefined) return undefined;
  if (offset !== undefined && rest === undefined) return undefined;
  const [monthNumber, dayNumber] = [Number(month), Number(day)];
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || h > 23 || m > 59 || s > 59) return undefined;
  const years = year === undefined ? 1970 : Number(year);
  if (dayNumber > new Date(new Date(0).setUTCFullYear(years, monthNumber, 0)).getUTCDate()) return undefined;
  const ofDayMs = h * hourMs + m * 60_000 + s * 1000 + Number(fraction.padEnd(3, "0"));
  const ownZone = offset === undefined ? zone : zoneOf(offset);
  return momentOf(ownZone, years, monthNumber - 1, dayNumber, ofDayMs);
}

function zoneOf(offset: string): Zone {
  if (offset === "Z") return utc;
  const ms = Number(offset.slice(1, 3)) * hourMs + Number(offset.slice(4)) * 60_000;
  return fixedZone(offset.startsWith("-") ? -ms : ms);
}

function unitOf(text: string): Unit {
  return (text === "H" ? "h" : text) as Unit;
}

function addUnits(moment: Moment, factor: number, unit: Unit): Moment | undefined {
  switch (unit) {
    case "y":
    case "fy":
      return addDate(moment, factor, 0, 0);
    case "Q":
    case "fQ":
      return addDate(moment, 0, 3 * factor, 0);
    case "M":
      return addDate(moment, 0, factor, 0);
    case "w":
      return addDate(moment, 0, 0, 7 * factor);
    case "d":
      return addDate(moment, 0, 0, factor);
    case "b":
      return addBusinessDays(moment, factor);
    default:
      return { ...moment, ms: moment.ms + factor * (msByUnit[unit] as number) };
  }
}

function addBusinessDays(moment: Moment, factor: number): Moment | undefined {
  if (Math.abs(factor) > maxBusinessDays) return { ...moment, ms: Number.NaN };
  const direction = Math.sign(factor);
  let at = moment;
  for (let left = Math.abs(factor); left > 0; left--) {
    do at = addDate(at, 0, 0, direction);
    while (wallClock(at).getUTCDay() % 6 === 0);
  }
  return at;
}

function round(moment: Moment, unit: Unit, options: DateMathOptions): Moment | undefined {
  const start = startOf(moment, unit, options);
  if (start === undefined || !options.roundUp) return start;
  const next = addUnits(start, 1, unit);
  return next && { ...next, ms: next.ms - 1 };
}

/** The start of the period that a moment is in. There is none of business days. */
function startOf(
  moment: Moment,
  unit: Unit,
  { weekStart, fiscalYearStartMonth }: DateMathOptions,
): Moment | undefined {
  const { zone } = moment;
  const clock = wallClock(moment);
  const year = clock.getUTCFullYear();
  const month = clock.getUTCMonth();
  switch (unit) {
    case "y":
      return momentOf(zone, year, 0, 1, 0);
    case "fy":
      return startOfFiscalYear(moment, fiscalYearStartMonth);
    case "Q":
      return momentOf(zone, year, month - (month % 3), 1, 0);
    case "fQ": {
      const first = startOfFiscalYear(moment, fiscalYearStartMonth);
      const months = (month - wallClock(first).getUTCMonth() + 12) % 12;
      return addDate(first, 0, months - (months % 3), 0);
    }
    case "M":
      return momentOf(zone, year, month, 1, 0);
    case "w": {
      const today = momentOf(zone, year, month, clock.getUTCDate(), 0);
      const days = clock.getUTCDay() - weekStart;
      // In two steps, as upstream, whose results differ where a clock skips midnight.
      return addDate(days < 0 ? addDate(today, 0, 0, -7) : today, 0, 0, -days);
    }
    case "d":
      return momentOf(zone, year, month, clock.getUTCDate(), 0);
    case "b":
      return undefined;
    default: {
      const unitMs = msByUnit[unit] as number;
      return { zone, ms: Math.floor(moment.ms / unitMs) * unitMs };
    }
  }
}

function startOfFiscalYear(moment: Moment, startMonth: number): Moment {
  const year = wallClock(moment).getUTCFullYear();
  const start = momentOf(moment.zone, year, startMonth, 1, 0);
  return start.ms > moment.ms ? momentOf(moment.zone, year - 1, startMonth, 1, 0) : start;
}
