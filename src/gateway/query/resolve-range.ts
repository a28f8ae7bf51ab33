/** A time range in milliseconds since 1970. */
export interface ResolvedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Resolves the ends of a time range as clients send them: milliseconds since 1970, `now`, and `now-6h` and the like,
 * with the units ms, s, m, h, d, w, M and y.
 *
 * @returns `undefined` where one of them is another text
 */
export function resolveRange(from: string, to: string, nowMs: number): ResolvedRange | undefined {
  const fromMs = resolveTime(from, nowMs);
  const toMs = resolveTime(to, nowMs);
  return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
}

const second = 1000;
const day = 86_400 * second;
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: day,
  w: 7 * day,
};

function resolveTime(text: string, nowMs: number): number | undefined {
  if (/^-?\d{1,16}$/.test(text)) return Number(text);
  const [, sign, digits, unit = ""] = /^now(?:([+-])(\d{1,9})(ms|[smhdwMy]))?$/.exec(text) ?? [];
  if (sign === undefined) return text === "now" ? nowMs : undefined;
  const count = Number(digits) * (sign === "-" ? -1 : 1);
  const ms = unitMs[unit];
  return ms === undefined ? addMonths(nowMs, unit === "y" ? count * 12 : count) : nowMs + count * ms;
}

function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
}
