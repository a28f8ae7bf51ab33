import { nsPerUnit, readUnscaled } from "./raw-values.ts";

/** `2026-01-02`. Days are Arrow's unit 0, milliseconds unit 1. */
export function formatDate(unit: number, value: bigint | number): string {
  const ms = unit === 0 ? Number(value) * 86_400_000 : Number(value);
  const date = new Date(ms);
  // Beyond the years of JavaScript the number says more than nothing.
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace(/T.*$/, "");
}

/** `12:34:56`, with the digits of the unit. */
export function formatTimeOfDay(unit: number, value: bigint): string {
  const ns = value * nsPerUnit(unit);
  const seconds = ns / 1_000_000_000n;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(":");
  if (unit === 0) return clock;
  return `${clock}.${String(ns % 1_000_000_000n)
    .padStart(9, "0")
    .slice(0, 3 * unit)}`;
}

/** A decimal with every digit: `-1.50`. A negative scale counts zeros before the point. */
export function formatDecimal(values: Uint32Array, row: number, bitWidth: number, scale: number): string {
  const unscaled = readUnscaled(values, row, bitWidth);
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** An interval as ISO 8601. Arrow's unit 0 is months, 1 days and milliseconds, 2 months, days and nanoseconds. */
export function formatInterval(unit: number, values: Int32Array, row: number): string {
  const at = (i: number): number => values[i] as number;
  if (unit === 0) return isoParts(at(row), 0, 0n);
  if (unit === 1) return isoParts(0, at(2 * row), BigInt(at(2 * row + 1)) * 1_000_000n);
  const ns = (BigInt(at(4 * row + 3)) << 32n) | BigInt(at(4 * row + 2) >>> 0);
  return isoParts(at(4 * row), at(4 * row + 1), ns);
}

function isoParts(months: number, days: number, ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const seconds = `${ns < 0n ? "-" : ""}${size / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
  const date = `${months === 0 ? "" : `${months}M`}${days === 0 ? "" : `${days}D`}`;
  const time = ns === 0n ? "" : `T${seconds}S`;
  return date === "" && time === "" ? "PT0S" : `P${date}${time}`;
}
