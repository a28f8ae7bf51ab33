import type { FieldKind } from "../../frames/field-kind.ts";

/** A value that is not of the kind that its column should have. */
export const unsuitable: unique symbol = Symbol("unsuitable");

const maxEpochMs = 8.64e15;

/** Converts a driver's value to a kind of field; `unsuitable` when it has no such value. Null is null. */
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

function numberOf(value: unknown): unknown {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  // Decimals come as texts.
  if (typeof value === "string" && /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value))
    return Number(value);
  if (typeof value === "string" && /^(?:NaN|[+-]?Infinity)$/.test(value)) return Number(value);
  return unsuitable;
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
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? unsuitable : value;
  if (typeof value === "number") return Math.abs(value) <= maxEpochMs ? value : unsuitable;
  if (typeof value === "bigint")
    return value >= -maxEpochMs && value <= maxEpochMs ? Number(value) : unsuitable;
  if (typeof value !== "string") return unsuitable;
  const [whole, date, clock = "00:00:00", fraction = "", offset = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
      value.trim(),
    ) ?? [];
  if (whole === undefined) return unsuitable;
  const zone = /^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const ms = Date.parse(`${date}T${clock}${zone}`);
  // A day that the month does not have would be one of the next month.
  if (Number.isNaN(ms) || !isDay(date as string)) return unsuitable;
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
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
