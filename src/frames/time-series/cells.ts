import { bitmapBytes, countUnset, hasBit } from "../bitmap.ts";
import type { Column } from "../columns/column.ts";
import type { AnyField, FieldOptions } from "../field.ts";
import { fieldFromColumn } from "../field-from-column.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";

/** The cells of a field that is assembled from cells of others. A cell without a value is null, or zero. */
export interface Cells {
  /**
   * Puts values of another field of this kind into the cells `first`, `first + step` and so on.
   *
   * @param rows the row for each of these cells, -1 to skip it; default: all rows in order
   */
  place(source: AnyField, first: number, step: number, rows?: Int32Array): void;
  /** Sets every cell to a value, without its fraction for integers. A no-op for kinds that are not numbers. */
  fill(value: number): void;
  toField(name: string, options?: Pick<FieldOptions, "config" | "labels">): AnyField;
}

/** Go's zero time, in year 1, after its overflow of 64 bits of nanoseconds. */
const goZeroTime = -6_795_364_578_871_345_152n;

/**
 * Default maximum of cells that {@link longToWide} and {@link wideToLong} make: 800 MB of float64. Both may return far
 * more cells than they get.
 */
export const defaultMaxCells = 100_000_000;

export function createCells(kind: FieldKind, nullable: boolean, length: number): Cells {
  const validity = nullable ? new Uint8Array(bitmapBytes(length)) : undefined;
  const store = kind === "json" ? createTexts(length) : createNumbers(kind, length);
  return {
    place(source, first, step, rows) {
      const count = rows?.length ?? source.length;
      store.place(source, first, step, rows, count);
      if (validity !== undefined) placeValidity(validity, source, first, step, rows, count);
    },
    fill(value) {
      if (kinds[kind].frontendType !== "number") return;
      store.fill(value);
      validity?.fill(255);
      if (validity !== undefined && length % 8 !== 0) validity[length >> 3] = (1 << (length & 7)) - 1;
    },
    toField(name, { labels, config } = {}) {
      const hasNulls = validity !== undefined && countUnset(validity, length) > 0;
      const column = { length, ...store.finish(), ...(hasNulls ? { validity } : {}) };
      // A column of any kind: the store knows which kinds fit.
      return fieldFromColumn(name, kind, length, column, { nullable, labels, config }) as AnyField;
    },
  };
}

interface Store {
  place(source: AnyField, first: number, step: number, rows: Int32Array | undefined, count: number): void;
  fill(value: number): void;
  finish(): Pick<Column, "data" | "offsets">;
}

/**
 * Elements of one size are copied as whole numbers of that size, those of 64 bits as two halves: no `bigint` per
 * cell, and a NaN keeps its payload.
 */
function createNumbers(kind: FieldKind, length: number): Store {
  const data = new kinds[kind].data(length);
  if (kind === "time") (data as BigInt64Array).fill(goZeroTime);
  const size = data.BYTES_PER_ELEMENT;
  const isPair = size === 8;
  const viewOf = ({ buffer, byteOffset, byteLength }: Column["data"]): Int8Array | Int16Array | Int32Array =>
    size === 1
      ? new Int8Array(buffer, byteOffset, byteLength)
      : size === 2
        ? new Int16Array(buffer, byteOffset, byteLength / 2)
        : new Int32Array(buffer, byteOffset, byteLength / 4);
  const target = viewOf(data);
  return {
    place(source, first, step, rows, count) {
      const from = viewOf(source.column.data);
      for (let i = 0, cell = first; i < count; i++, cell += step) {
        const row = rows === undefined ? i : (rows[i] as number);
        if (row < 0) continue;
        if (isPair) {
          target[2 * cell] = from[2 * row] as number;
          target[2 * cell + 1] = from[2 * row + 1] as number;
        } else target[cell] = from[row] as number;
      }
    },
    fill(value) {
      if (kind === "int64" || kind === "uint64") (data as BigInt64Array).fill(BigInt(Math.trunc(value)));
      else (data as Float64Array).fill(kinds[kind].range === undefined ? value : Math.trunc(value));
    },
    finish: () => ({ data }),
  };
}

function createTexts(length: number): Store {
  const texts = new Array<Uint8Array | undefined>(length);
  return {
    place({ column }, first, step, rows, count) {
      const { data, offsets } = column as Column<"json">;
      for (let i = 0, cell = first; i < count; i++, cell += step) {
        const row = rows === undefined ? i : (rows[i] as number);
        if (row >= 0) texts[cell] = data.subarray(offsets?.[row], offsets?.[row + 1]);
      }
    },
    fill() {},
    finish() {
      const offsets = new Int32Array(length + 1);
      let end = 0;
      for (let i = 0; i < length; i++) {
        end += texts[i]?.length ?? 0;
        if (end > 2 ** 31 - 1) throw tooManyBytes();
        offsets[i + 1] = end;
      }
      const data = new Uint8Array(end);
      for (let i = 0; i < length; i++) {
        const text = texts[i];
        if (text !== undefined) data.set(text, offsets[i]);
      }
      return { data, offsets };
    },
  };
}

function placeValidity(
  validity: Uint8Array,
  source: AnyField,
  first: number,
  step: number,
  rows: Int32Array | undefined,
  count: number,
): void {
  // In a field that is not nullable these bits have no meaning.
  const given = source.nullable ? source.column.validity : undefined;
  for (let i = 0, cell = first; i < count; i++, cell += step) {
    const row = rows === undefined ? i : (rows[i] as number);
    if (row < 0) continue;
    const bit = 1 << (cell & 7);
    const byte = validity[cell >> 3] as number;
    validity[cell >> 3] = given === undefined || hasBit(given, row) ? byte | bit : byte & ~bit;
  }
}

/** @throws FrameError `limit_exceeded` */
export function checkCellCount(rows: number, fields: number, maxCells: number): void {
  if (rows * fields <= maxCells) return;
  throw new FrameError(
    "limit_exceeded",
    `the result would have ${rows} rows and ${fields} fields, expected at most ${maxCells} cells: ` +
      "query fewer series or times, or raise maxCells",
  );
}

function tooManyBytes(): FrameError {
  return new FrameError(
    "limit_exceeded",
    "the json values of a field take 2 GiB or more, which Arrow cannot hold: query fewer series or times",
  );
}
