import type { Column, FieldKind, ValueInput } from "grafana-plugin-protocol/frames";
import { makeBitmap } from "../../src/frames/bitmap.ts";
import { kinds } from "../../src/frames/field-kind.ts";

/** Where bitmaps, bytes and 64-bit words end, one before and one after. */
export const rowCounts = [0, 1, 7, 8, 9, 63, 64, 65, 512, 513];

/** Which rows are null. */
export const nullPatterns: Readonly<Record<string, (row: number, rows: number) => boolean>> = {
  none: () => false,
  all: () => true,
  alternate: (row) => row % 2 === 1,
  first: (row) => row === 0,
  last: (row, rows) => row === rows - 1,
};

export const everyKind: readonly FieldKind[] = Object.keys(kinds) as FieldKind[];

const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/** Values of each kind, of which the rows take turns: edges, and what differs between the encodings. */
const turns: { readonly [K in FieldKind]: readonly NonNullable<ValueInput<K>>[] } = {
  int8: [0, 1, -128, 127, -1],
  int16: [0, 1, -32_768, 32_767, -1],
  int32: [0, 1, -2_147_483_648, 2_147_483_647, -1],
  int64: [0n, 1n, minInt64, maxInt64, -1n, 9_007_199_254_740_993n],
  uint8: [0, 1, 255, 128],
  uint16: [0, 1, 65_535, 32_768],
  uint32: [0, 1, 4_294_967_295, 2_147_483_648],
  uint64: [0n, 1n, 2n ** 64n - 1n, 2n ** 63n, 9_007_199_254_740_993n],
  float32: [0, -0, 1.5, Math.fround(0.1), Number.NaN, Infinity, -Infinity, Math.fround(1e-45)],
  float64: [0, -0, 0.1, 1e-7, 1e21, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE],
  string: ["a", "", "naïve", "日本", "𝄞", "<&>\u2028", 'quote " and \\', "\u0000", "plain"],
  bool: [true, false, false],
  time: [0n, 1n, -1n, 1_700_000_000_123_456_789n, minInt64, maxInt64, -1_500_000n],
  json: [{ a: [1, null] }, [], "text", 0.5, false, { "": "ü" }],
  enum: [0, 1, 65_535],
};

/** The values of a field: what `field.values` is to give. */
export function valuesOf(
  kind: FieldKind,
  rows: number,
  isNull: (row: number, rows: number) => boolean,
): (NonNullable<ValueInput<FieldKind>> | null)[] {
  return Array.from({ length: rows }, (_, row) => (isNull(row, rows) ? null : turn(kind, row)));
}

function turn(kind: FieldKind, row: number): NonNullable<ValueInput<FieldKind>> {
  const choice = turns[kind];
  return choice[row % choice.length] as NonNullable<ValueInput<FieldKind>>;
}

/** The same values as a column. Its null rows are not empty, as those of others may not be. */
export function columnOf(
  kind: FieldKind,
  rows: number,
  isNull: (row: number, rows: number) => boolean,
): Column {
  const all = Array.from({ length: rows }, (_, row) => turn(kind, row));
  const hasNulls = all.some((_, row) => isNull(row, rows));
  const validity = hasNulls ? makeBitmap(rows, (row) => !isNull(row, rows)) : undefined;
  if (kind === "bool") return { length: rows, data: makeBitmap(rows, (row) => all[row] === true), validity };
  if (kind === "string" || kind === "json") {
    const texts = all.map((value) => Buffer.from(kind === "json" ? JSON.stringify(value) : String(value)));
    const offsets = new Int32Array(rows + 1);
    texts.forEach((text, row) => {
      offsets[row + 1] = (offsets[row] ?? 0) + text.length;
    });
    return { length: rows, data: new Uint8Array(Buffer.concat(texts)), offsets, validity };
  }
  return { length: rows, data: typedArrayOf(kind, all), validity };
}

/** The typed array of a kind that has one element per row. */
export function typedArrayOf(kind: FieldKind, values: readonly unknown[]): Column["data"] {
  // One of the constructors, each of which takes what its kind has: numbers or bigints.
  const { data } = kinds[kind] as { readonly data: Float64ArrayConstructor };
  return data.from(values as readonly number[]);
}
