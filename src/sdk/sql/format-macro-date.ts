const pad = (value: number, length = 2): string => String(value).padStart(length, "0");

const months = "January February March April May June July August September October November December".split(
  " ",
);
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** Longer ones first. */
const token = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|SS|S|A|zz|z/g;

const parts: Readonly<Record<string, (date: Date) => string>> = {
  YYYY: (date) => pad(date.getUTCFullYear(), 4),
  YY: (date) => pad(date.getUTCFullYear() % 100),
  MMMM: (date) => months[date.getUTCMonth()] as string,
  MMM: (date) => (months[date.getUTCMonth()] as string).slice(0, 3),
  MM: (date) => pad(date.getUTCMonth() + 1),
  M: (date) => String(date.getUTCMonth() + 1),
  DD: (date) => pad(date.getUTCDate()),
  D: (date) => String(date.getUTCDate()),
  dddd: (date) => days[date.getUTCDay()] as string,
  ddd: (date) => (days[date.getUTCDay()] as string).slice(0, 3),
  HH: (date) => pad(date.getUTCHours()),
  H: (date) => String(date.getUTCHours()),
  hh: (date) => pad(date.getUTCHours() % 12 || 12),
  h: (date) => String(date.getUTCHours() % 12 || 12),
  mm: (date) => pad(date.getUTCMinutes()),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => pad(date.getUTCSeconds()),
  s: (date) => String(date.getUTCSeconds()),
  SSS: (date) => pad(date.getUTCMilliseconds(), 3),
  SS: (date) => pad(Math.floor(date.getUTCMilliseconds() / 10)),
  S: (date) => String(Math.floor(date.getUTCMilliseconds() / 100)),
  A: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  zz: () => "UTC",
  z: () => "UTC",
};

/**
 * Formats a time as `${__from:FORMAT}` says: without a format milliseconds since 1970 (a number); `date` or `date:iso`;
 * `date:seconds`, seconds since 1970 (a number); else a text by the tokens of Moment.js, in UTC.
 */
export function formatMacroDate(ms: number, format: string): number | string {
  const own = format.replace(/^date:/, "");
  if (own === "") return Math.floor(ms);
  const date = new Date(Math.floor(ms));
  // Without the zeros at the end of the fraction, as the Go SDK.
  if (own === "date" || own === "iso") return date.toISOString().replace(/\.?0+Z$/, "Z");
  if (own === "seconds") return Math.floor(ms / 1000);
  return own.replace(token, (found, literal: string | undefined) => literal ?? parts[found]?.(date) ?? found);
}
