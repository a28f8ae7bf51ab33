import { maxEpochMs, minEpochMs, writeEpochNs } from "../epoch.ts";
import { type FieldKind, type KindInfo, kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { isDate } from "../kind-of-value.ts";
import type { Column } from "./column.ts";
import { type List, skipRow } from "./list.ts";

/** The kinds with one element of a typed array per row. */
export type NumberKind = Exclude<FieldKind, "bool" | "json" | "string">;

/**
 * The target of packing: its memory, the first row and the number of rows. The memory is zero and stays zero for null
 * rows.
 */
export interface Target {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly firstRow: number;
  readonly count: number;
}

/** Checks and packs rows of a list. */
export function packNumbers(list: List, kind: NumberKind, target: Target): Column["data"] {
  const { buffer, byteOffset, firstRow, count } = target;
  const { range } = kinds[kind];
  switch (kind) {
    case "time":
      return packTimes(list, new BigInt64Array(buffer, byteOffset, count), firstRow);
    case "int64":
      return packBigInts(list, new BigInt64Array(buffer, byteOffset, count), firstRow, BigInt.asIntN);
    case "uint64":
      return packBigInts(list, new BigUint64Array(buffer, byteOffset, count), firstRow, BigInt.asUintN);
    case "float64":
      return packFloats(list, new Float64Array(buffer, byteOffset, count), firstRow);
    case "float32":
      return packFloats(list, new Float32Array(buffer, byteOffset, count), firstRow);
    case "int8":
      return packIntegers(list, new Int8Array(buffer, byteOffset, count), firstRow, range);
    case "int16":
      return packIntegers(list, new Int16Array(buffer, byteOffset, count), firstRow, range);
    case "int32":
      return packIntegers(list, new Int32Array(buffer, byteOffset, count), firstRow, range);
    case "uint8":
      return packIntegers(list, new Uint8Array(buffer, byteOffset, count), firstRow, range);
    case "uint16":
    case "enum":
      return packIntegers(list, new Uint16Array(buffer, byteOffset, count), firstRow, range);
    case "uint32":
      return packIntegers(list, new Uint32Array(buffer, byteOffset, count), firstRow, range);
  }
}

function packFloats<A extends Float32Array | Float64Array>(list: List, data: A, firstRow: number): A {
  const { values } = list;
  const { length } = data;
  for (let i = 0; i < length; i++) {
    // A loop without a call takes two thirds of the time.
    for (; i < length; i++) {
      const value = values[firstRow + i];
      if (typeof value !== "number") break;
      data[i] = value;
    }
    if (i < length) skipRow(list, firstRow + i, "a number");
  }
  return data;
}

type IntegerArray = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

function packIntegers<A extends IntegerArray>(
  list: List,
  data: A,
  firstRow: number,
  range: KindInfo["range"],
): A {
  const { values } = list;
  const [least, most] = range ?? [0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = values[firstRow + i];
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
      data[i] = value;
    } else {
      const expected = typeof value === "number" ? `a whole number from ${least} to ${most}` : "a number";
      skipRow(list, firstRow + i, expected);
    }
  }
  return data;
}

function packBigInts<A extends BigInt64Array | BigUint64Array>(
  list: List,
  data: A,
  firstRow: number,
  wrap: (bits: number, value: bigint) => bigint,
): A {
  const { values } = list;
  for (let i = 0; i < data.length; i++) {
    const value = values[firstRow + i];
    const big =
      typeof value === "bigint"
        ? value
        : typeof value === "number" && Number.isSafeInteger(value)
          ? BigInt(value)
          : undefined;
    if (big !== undefined && wrap(64, big) === big) data[i] = big;
    else skipRow(list, firstRow + i, "a bigint or safe integer that fits into its 64 bits");
  }
  return data;
}

function packTimes(list: List, data: BigInt64Array, firstRow: number): BigInt64Array {
  const { name, values } = list;
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  for (let i = 0; i < data.length; i++) {
    const value = values[firstRow + i];
    const ms = typeof value === "object" && isDate(value) ? value.getTime() : value;
    if (typeof ms === "number" && ms >= minEpochMs && ms <= maxEpochMs) {
      const whole = Math.floor(ms);
      const nanos = whole === ms ? 0 : Math.min(999_999, Math.round((ms - whole) * 1e6));
      writeEpochNs(halves, i, whole, nanos);
    } else if (typeof ms === "bigint" && BigInt.asIntN(64, ms) === ms) {
      data[i] = ms;
    } else if (typeof ms === "bigint" || (typeof ms === "number" && !Number.isNaN(ms))) {
      throw outOfRange(
        name,
        firstRow + i,
        isDate(value)
          ? value.toISOString()
          : `${ms}: a number is in milliseconds since 1970, a bigint in nanoseconds`,
      );
    } else skipRow(list, firstRow + i, "a Date, milliseconds or a bigint of nanoseconds");
  }
  return data;
}

function outOfRange(name: string, row: number, seen: string): FrameError {
  return new FrameError(
    "time_out_of_range",
    `field "${name}", row ${row}: expected a time from 1677-09-21 to 2262-04-11, which 64 bits of nanoseconds can hold, got ${seen}`,
  );
}
