import { maxEpochMs, minEpochMs } from "../../frames/epoch.ts";
import type { FieldKind } from "../../frames/field-kind.ts";

/** A value that is not of the kind that its column should have. */
export const unsuitable: unique symbol = Symbol("unsuitable");

/** A time of the database that no field can hold, such as `9999-12-31`, `infinity` or MySQL's `0000-00-00`. */
export const beyondTime: unique symbol = Symbol("beyondTime");

const maxDateMs = 8.64e15;

/** Converts a driver's value to a kind of field; `unsuitable` or `beyondTime` when it has no such value. Null is null. */
export function sqlValue(value: unknown, kind: FieldKind): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case "string":
      return textOf(value);
    case "bool":
      return boolOf(value);
    case "time":
      return timeOf(value);
    case "json":
      return jsonOf(value);
    case "float32":
    case "float64":
      return numberOf(value);
    case "int64":
    case "uint64":
      return integerOf(value);
    default: {
      // The frame checks the range of the shorter integers.
      const number = numberOf(value);
      return number === unsuitable || Number.isInteger(number) ? number : unsuitable;
    }
  }
}

/** As PostgreSQL, ClickHouse and DuckDB write them. */
const specialNumbers: ReadonlyMap<string, number> = new Map(
  ["", "+", "-"].flatMap((sign) => [
    [`${sign}nan`, Number.NaN],
    [`${sign}inf`, Number(`${sign}Infinity`)],
    [`${sign}infinity`, Number(`${sign}Infinity`)],
  ]),
);

function numberOf(value: unknown): unknown {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  // Decimals come as texts.
  if (typeof value === "string" && /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value))
    return Number(value);
  return typeof value === "string"
    ? (specialNumbers.get(value.trim().toLowerCase()) ?? unsuitable)
    : unsuitable;
}

function integerOf(value: unknown): unknown {
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return BigInt(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : unsuitable;
  return typeof value === "string" && /^[+-]?\d{1,20}$/.test(value)
    ? BigInt(value.replace(/^\+/, ""))
    : unsuitable;
}

function boolOf(value: unknown): unknown {
  if (typeof value === "boolean") return value;
  if (typeof value === "string") {
    if (/^(?:t|true|1|y|yes|on)$/i.test(value)) return true;
    return /^(?:f|false|0|n|no|off)$/i.test(value) ? false : unsuitable;
  }
  if (typeof value === "number" || typeof value === "bigint") return Number(value) !== 0;
  // MySQL's BIT(1).
  return value instanceof Uint8Array ? value.some((byte) => byte !== 0) : unsuitable;
}

/** A Date, milliseconds since 1970, or a text as databases print it, in UTC unless it has an offset. */
function timeOf(value: unknown): unknown {
  // Drivers of MySQL make an invalid Date of its zero date, drivers of PostgreSQL a number of its infinity.
  if (value instanceof Date) return withinTime(value.getTime(), value);
  if (typeof value === "number")
    return Number.isFinite(value) && Math.abs(value) > maxDateMs ? unsuitable : withinTime(value, value);
  if (typeof value === "bigint")
    return value >= -maxDateMs && value <= maxDateMs ? withinTime(Number(value), Number(value)) : unsuitable;
  if (typeof value !== "string") return unsuitable;
  const text = value.trim();
  if (/^(?:[+-]?infinity|0000-00-00(?:[T ].*)?)$/i.test(text)) return beyondTime;
  const [whole, date, clock = "00:00:00", fraction = "", offset = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
      text,
    ) ?? [];
  if (whole === undefined) return unsuitable;
  const zone = /^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const ms = Date.parse(`${date}T${clock}${zone}`);
  // A day that the month does not have would be one of the next month.
  if (Number.isNaN(ms) || !isDay(date as string)) return unsuitable;
  return withinTime(ms, BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0")));
}

/** `time`, if a field can hold it. The last millisecond on both sides is left out, which a fraction could cross. */
function withinTime<T>(ms: number, time: T): T | typeof beyondTime {
  return ms > minEpochMs && ms < maxEpochMs ? time : beyondTime;
}

function isDay(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== "string") return value instanceof Uint8Array ? jsonOf(textOf(value)) : value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return unsuitable;
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === "object") {
    return (
      JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)) ?? ""
    );
  }
  return String(value);
}

/** The kind that fits all values of a column without a declared type: `string` for values of several kinds, or none. */
export function kindOfValues(values: Iterable<unknown>): FieldKind {
  const kinds = new Set<FieldKind>();
  for (const value of values) {
    if (value !== null && value !== undefined) kinds.add(kindOfOne(value));
  }
  if (kinds.size === 2 && kinds.has("int64") && kinds.has("float64")) return "float64";
  const [kind = "string"] = kinds;
  return kinds.size > 1 ? "string" : kind;
}

function kindOfOne(value: unknown): FieldKind {
  switch (typeof value) {
    case "number":
      return "float64";
    case "bigint":
      return "int64";
    case "boolean":
      return "bool";
    case "object":
      if (value instanceof Date) return "time";
      return value instanceof Uint8Array ? "string" : "json";
    default:
      return "string";
  }
}
