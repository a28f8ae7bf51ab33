import { bitmapBytes, clearBit, fullBitmap, setBit } from "./bitmap.ts";
import type { Column } from "./column.ts";
import { maxEpochMs, minEpochMs, writeEpochNs } from "./epoch.ts";
import { type FieldKind, type KindInfo, kinds } from "./field-kind.ts";
import { FrameError } from "./frame-error.ts";
import { invalidValue } from "./invalid-value.ts";
import { packStrings, packTexts } from "./text-column.ts";

/** An array of values on its way into a column. Each is looked at once, for looking is what packing costs. */
interface List {
  readonly name: string;
  readonly values: readonly unknown[];
  /** Made when the first row without a value is met. */
  validity: Uint8Array | undefined;
}

/** A column, and the texts of which bytes do not say all: half of a surrogate pair has none. */
export interface PackedList<K extends FieldKind = FieldKind> {
  readonly column: Column<K>;
  readonly texts: readonly (string | null)[] | undefined;
}

/**
 * Packs values as they are given to `createField`.
 *
 * @throws FrameError `invalid_value`, `time_out_of_range`, `limit_exceeded`.
 */
export function packList<K extends FieldKind>(
  name: string,
  kind: K,
  values: readonly unknown[],
): PackedList<K> {
  const list: List = { name, values, validity: undefined };
  const { data, offsets, texts } = packKind(list, kind);
  const column: Column = { length: values.length, data, offsets, validity: list.validity };
  // Of that kind, which the compiler does not see.
  return { column: column as Column<K>, texts };
}

interface Packed extends Pick<Column, "data" | "offsets"> {
  readonly texts?: PackedList["texts"];
}

function packKind(list: List, kind: FieldKind): Packed {
  const { length } = list.values;
  const { range } = kinds[kind];
  switch (kind) {
    case "string":
      return packTextValues(list);
    case "json":
      return packTexts(list.values.map((_, row) => toJson(list, row)));
    case "bool":
      return { data: packBools(list) };
    case "time":
      return { data: packTimes(list) };
    case "int64":
      return { data: packBigInts(list, new BigInt64Array(length), BigInt.asIntN) };
    case "uint64":
      return { data: packBigInts(list, new BigUint64Array(length), BigInt.asUintN) };
    case "float64":
      return { data: packFloats(list, new Float64Array(length)) };
    case "float32":
      return { data: packFloats(list, new Float32Array(length)) };
    case "int8":
      return { data: packIntegers(list, new Int8Array(length), range) };
    case "int16":
      return { data: packIntegers(list, new Int16Array(length), range) };
    case "int32":
      return { data: packIntegers(list, new Int32Array(length), range) };
    case "uint8":
      return { data: packIntegers(list, new Uint8Array(length), range) };
    case "uint16":
    case "enum":
      return { data: packIntegers(list, new Uint16Array(length), range) };
    case "uint32":
      return { data: packIntegers(list, new Uint32Array(length), range) };
  }
}

/** Of what is no value of its kind, `null` and `undefined` are none, and anything else is refused. */
function skip(list: List, row: number, expected: string): void {
  const value = list.values[row];
  if (value !== null && value !== undefined) throw invalidValue(list.name, row, expected, value);
  list.validity ??= fullBitmap(list.values.length);
  clearBit(list.validity, row);
}

function packTextValues(list: List): Packed {
  const { data, offsets, isNarrow } = packStrings(list.values, (row) => skip(list, row, "a string"));
  if (isNarrow) return { data, offsets };
  return { data, offsets, texts: list.values.map((value) => (typeof value === "string" ? value : null)) };
}

function toJson(list: List, row: number): string | null {
  const { name, values } = list;
  const value = values[row];
  if (value === null || value === undefined) {
    skip(list, row, "");
    return null;
  }
  const expected = "a value that JSON can hold";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new FrameError("invalid_value", `field "${name}", row ${row}: expected ${expected}`, { cause });
  }
  if (text === undefined) throw invalidValue(name, row, expected, value);
  return text;
}

function packBools(list: List): Uint8Array {
  const { values } = list;
  const bits = new Uint8Array(bitmapBytes(values.length));
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === true) setBit(bits, row);
    else if (value !== false) skip(list, row, "true or false");
  }
  return bits;
}

function packFloats<A extends Float32Array | Float64Array>(list: List, data: A): A {
  const { values } = list;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value === "number") data[row] = value;
    else skip(list, row, "a number");
  }
  return data;
}

type IntegerArray = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

function packIntegers<A extends IntegerArray>(list: List, data: A, range: KindInfo["range"]): A {
  const { values } = list;
  const [least, most] = range ?? [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
      data[row] = value;
    } else {
      skip(list, row, typeof value === "number" ? `a whole number from ${least} to ${most}` : "a number");
    }
  }
  return data;
}

function packBigInts<A extends BigInt64Array | BigUint64Array>(
  list: List,
  data: A,
  wrap: (bits: number, value: bigint) => bigint,
): A {
  const { values } = list;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const big =
      typeof value === "bigint"
        ? value
        : typeof value === "number" && Number.isSafeInteger(value)
          ? BigInt(value)
          : undefined;
    if (big !== undefined && wrap(64, big) === big) data[row] = big;
    else skip(list, row, "a bigint or safe integer that fits into its 64 bits");
  }
  return data;
}

function packTimes(list: List): BigInt64Array {
  const { values } = list;
  const data = new BigInt64Array(values.length);
  const halves = new Int32Array(data.buffer);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const ms = value instanceof Date ? value.getTime() : value;
    if (typeof ms === "number" && ms >= minEpochMs && ms <= maxEpochMs) {
      const whole = Math.floor(ms);
      const nanos = whole === ms ? 0 : Math.min(999_999, Math.round((ms - whole) * 1e6));
      writeEpochNs(halves, row, whole, nanos);
    } else if (typeof ms === "bigint" && BigInt.asIntN(64, ms) === ms) {
      data[row] = ms;
    } else if (typeof ms === "bigint" || (typeof ms === "number" && !Number.isNaN(ms))) {
      throw outOfRange(list.name, row, value instanceof Date ? value.toISOString() : String(ms));
    } else skip(list, row, "a Date, milliseconds or a bigint of nanoseconds");
  }
  return data;
}

function outOfRange(name: string, row: number, seen: string): FrameError {
  return new FrameError(
    "time_out_of_range",
    `field "${name}", row ${row}: expected a time from 1677-09-21 to 2262-04-11, which 64 bits of nanoseconds can hold, got ${seen}`,
  );
}
