import { bitmapBytes, countUnset, hasBit, makeBitmap } from "./bitmap.ts";
import type { Column } from "./column.ts";
import { maxEpochMs, minEpochMs, writeEpochNs } from "./epoch.ts";
import { type Field, type FieldOptions, fieldFromColumn } from "./field.ts";
import { type DataOf, type FieldKind, type KindInfo, kinds, type ValueOf } from "./field-kind.ts";
import { FrameError } from "./frame-error.ts";
import { packTexts } from "./text-column.ts";

/**
 * What a value of a kind may be given as: as it is read, and for `time` also a `Date` or milliseconds since
 * 1970 (a fraction is nanoseconds), for 64-bit integers also a safe `number`.
 */
export type ValueInput<K extends FieldKind> =
  | ValueOf<K>
  | (K extends "time" ? Date | number : K extends "int64" | "uint64" ? number : never)
  | null
  | undefined;

/**
 * The values of a field: the typed array of its kind or a whole {@link Column} (both used as they are,
 * without a copy), or an array of values, `null` or `undefined` for none.
 */
export type FieldInput<K extends FieldKind> = Column<K> | DataOf<K> | readonly ValueInput<K>[];

/**
 * Makes a field.
 *
 * A value of kind `json` is anything that JSON can hold; `null` is a null row, and JSON's own null only
 * comes with a {@link Column}.
 *
 * @throws FrameError `unknown_kind`; `invalid_value` or `time_out_of_range` naming field, row, what was
 *   expected and what was given; `unequal_lengths` for a column whose parts do not fit together.
 */
export function createField<K extends FieldKind>(
  name: string,
  kind: K,
  values: FieldInput<K>,
  options: FieldOptions = {},
): Field<K> {
  const info = kinds[kind];
  if (info === undefined) {
    throw new FrameError(
      "unknown_kind",
      `field "${name}" is of kind "${kind}", expected one of ${Object.keys(kinds).join(", ")}`,
    );
  }
  if (!Array.isArray(values)) return fromStorage(name, kind, values as Column<K> | DataOf<K>, options);
  const list: readonly ValueInput<K>[] = values;
  const validity = findValidity(list);
  const nullable = options.nullable ?? validity !== undefined;
  if (validity !== undefined && !nullable) {
    const row = list.findIndex((value) => value === null || value === undefined);
    throw invalid(name, row, "a value in a field that is not nullable", null);
  }
  if (kind === "string" || kind === "json") {
    const texts =
      kind === "string" ? checkTexts(name, list) : list.map((value, row) => stringify(name, row, value));
    // Packing waits until the bytes are needed: frame JSON never needs them.
    const column = (): Column<K> =>
      ({ length: list.length, ...packTexts(texts), validity }) as unknown as Column<K>;
    const known = kind === "string" ? (texts as unknown as readonly (ValueOf<K> | null)[]) : undefined;
    return fieldFromColumn(name, kind, list.length, column, { ...options, nullable }, known);
  }
  const data = fill(name, kind, info, list) as DataOf<K>;
  return fieldFromColumn(
    name,
    kind,
    list.length,
    { length: list.length, data, validity },
    { ...options, nullable },
  );
}

function fromStorage<K extends FieldKind>(
  name: string,
  kind: K,
  storage: Column<K> | DataOf<K>,
  options: FieldOptions,
): Field<K> {
  const isPacked = kind === "string" || kind === "json" || kind === "bool";
  if (ArrayBuffer.isView(storage)) {
    if (isPacked || !(storage instanceof kinds[kind].data)) {
      const wanted = isPacked
        ? "an array of values or a column"
        : `a ${kinds[kind].data.name}, an array or a column`;
      throw new FrameError(
        "invalid_value",
        `field "${name}" of kind ${kind} takes ${wanted}, got a ${storage.constructor.name}`,
      );
    }
    const length = (storage as Float64Array).length;
    return fieldFromColumn(
      name,
      kind,
      length,
      { length, data: storage },
      { ...options, nullable: options.nullable ?? false },
    );
  }
  const column = storage as Column<K>;
  checkColumn(name, kind, column);
  if (
    options.nullable === false &&
    column.validity !== undefined &&
    countUnset(column.validity, column.length) > 0
  ) {
    const row = Array.from({ length: column.length }).findIndex(
      (_, i) => !hasBit(column.validity as Uint8Array, i),
    );
    throw invalid(name, row, "a value in a field that is not nullable", null);
  }
  const data = isPacked ? column.data : (column.data.subarray(0, column.length) as DataOf<K>);
  return fieldFromColumn(
    name,
    kind,
    column.length,
    { ...column, data },
    {
      ...options,
      nullable: options.nullable ?? column.validity !== undefined,
    },
  );
}

function checkColumn(name: string, kind: FieldKind, { length, data, offsets, validity }: Column): void {
  const hasOffsets = kind === "string" || kind === "json";
  const rows = hasOffsets ? (offsets?.length ?? 0) - 1 : kind === "bool" ? data.length * 8 : data.length;
  if (!(data instanceof kinds[kind].data)) {
    throw new FrameError(
      "invalid_value",
      `the column of field "${name}" of kind ${kind} needs a ${kinds[kind].data.name}, got a ${(data as object).constructor.name}`,
    );
  }
  if (rows < length || (hasOffsets && (offsets?.[length] ?? 0) > data.length)) {
    throw new FrameError(
      "unequal_lengths",
      `the column of field "${name}" says ${length} rows, and its data has ${rows}`,
    );
  }
  if (validity !== undefined && validity.length < bitmapBytes(length)) {
    throw new FrameError(
      "unequal_lengths",
      `the validity of field "${name}" has ${validity.length} bytes, expected ${bitmapBytes(length)}`,
    );
  }
}

function findValidity(values: readonly unknown[]): Uint8Array | undefined {
  const isValue = (value: unknown): boolean => value !== null && value !== undefined;
  for (let i = 0; i < values.length; i++) {
    if (!isValue(values[i])) return makeBitmap(values.length, (row) => isValue(values[row]));
  }
  return undefined;
}

function checkTexts(name: string, values: readonly unknown[]): (string | null)[] {
  const texts = new Array<string | null>(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value === "string") texts[row] = value;
    else if (value === null || value === undefined) texts[row] = null;
    else throw invalid(name, row, "a string", value);
  }
  return texts;
}

function stringify(name: string, row: number, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new FrameError(
      "invalid_value",
      `field "${name}", row ${row}: expected a value that JSON can hold`,
      { cause },
    );
  }
  throw invalid(name, row, "a value that JSON can hold", value);
}

function fill(name: string, kind: FieldKind, info: KindInfo, values: readonly unknown[]): Column["data"] {
  switch (kind) {
    case "bool":
      return makeBitmap(values.length, (row) => {
        const value = values[row];
        if (typeof value === "boolean") return value;
        if (value === null || value === undefined) return false;
        throw invalid(name, row, "true or false", value);
      });
    case "time":
      return fillTimes(name, values);
    case "int64":
      return fillBigInts(name, new BigInt64Array(values.length), values, BigInt.asIntN);
    case "uint64":
      return fillBigInts(name, new BigUint64Array(values.length), values, BigInt.asUintN);
    default:
      return fillNumbers(name, new info.data(values.length) as Float64Array, info.range, values);
  }
}

function fillNumbers(
  name: string,
  data: Float64Array,
  range: readonly [number, number] | undefined,
  values: readonly unknown[],
): Float64Array {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    if (typeof value !== "number") throw invalid(name, row, "a number", value);
    if (range !== undefined && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
      throw invalid(name, row, `a whole number from ${range[0]} to ${range[1]}`, value);
    }
    data[row] = value;
  }
  return data;
}

function fillBigInts<A extends BigInt64Array | BigUint64Array>(
  name: string,
  data: A,
  values: readonly unknown[],
  wrap: (bits: number, value: bigint) => bigint,
): A {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
    const big = isWhole ? BigInt(value as bigint | number) : undefined;
    if (big === undefined || wrap(64, big) !== big) {
      throw invalid(name, row, "a bigint or safe integer that fits into its 64 bits", value);
    }
    data[row] = big;
  }
  return data;
}

function fillTimes(name: string, values: readonly unknown[]): BigInt64Array {
  const data = new BigInt64Array(values.length);
  const halves = new Int32Array(data.buffer);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    if (typeof value === "bigint") {
      if (BigInt.asIntN(64, value) !== value) throw outOfRange(name, row, value);
      data[row] = value;
      continue;
    }
    const ms = value instanceof Date ? value.getTime() : value;
    if (typeof ms !== "number" || Number.isNaN(ms))
      throw invalid(name, row, "a Date, milliseconds or a bigint of nanoseconds", value);
    if (ms < minEpochMs || ms > maxEpochMs) throw outOfRange(name, row, value);
    const whole = Math.floor(ms);
    writeEpochNs(halves, row, whole, whole === ms ? 0 : Math.min(999_999, Math.round((ms - whole) * 1e6)));
  }
  return data;
}

function outOfRange(name: string, row: number, value: unknown): FrameError {
  const seen = value instanceof Date ? value.toISOString() : String(value);
  return new FrameError(
    "time_out_of_range",
    `field "${name}", row ${row}: expected a time from 1677-09-21 to 2262-04-11, which 64 bits of nanoseconds can hold, got ${seen}`,
  );
}

function invalid(name: string, row: number, expected: string, value: unknown): FrameError {
  const seen =
    typeof value === "string"
      ? JSON.stringify(value.slice(0, 100))
      : `${typeof value} ${String(value).slice(0, 100)}`;
  return new FrameError("invalid_value", `field "${name}", row ${row}: expected ${expected}, got ${seen}`);
}
