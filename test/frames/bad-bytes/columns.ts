import type { ColumnParts } from "./arrow-file.ts";

/** Columns for a batch made by hand: whole ones, with the bits of a validity when there are nulls. */

export function int32Column(values: readonly (number | null)[]): ColumnParts {
  const data = Int32Array.from(values, (value) => value ?? 0);
  return { ...validityOf(values), buffers: [...validityOf(values).buffers, bytes(data)] };
}

export function int64Column(values: readonly (bigint | null)[]): ColumnParts {
  const data = BigInt64Array.from(values, (value) => value ?? 0n);
  return { ...validityOf(values), buffers: [...validityOf(values).buffers, bytes(data)] };
}

export function boolColumn(values: readonly (boolean | null)[]): ColumnParts {
  return {
    ...validityOf(values),
    buffers: [...validityOf(values).buffers, bits(values.map((value) => value === true))],
  };
}

export function textColumn(values: readonly (string | null)[]): ColumnParts {
  const texts = values.map((value) => new TextEncoder().encode(value ?? ""));
  const offsets = new Int32Array(values.length + 1);
  texts.forEach((text, row) => {
    offsets[row + 1] = (offsets[row] as number) + text.length;
  });
  const data = Uint8Array.from(texts.flatMap((text) => [...text]));
  return { ...validityOf(values), buffers: [...validityOf(values).buffers, bytes(offsets), data] };
}

/** A text of more than 12 bytes lies in the one block of texts. */
export function viewColumn(values: readonly (string | null)[]): ColumnParts {
  const block: number[] = [];
  const views = new Uint8Array(values.length * 16);
  const view = new DataView(views.buffer);
  values.forEach((value, row) => {
    const text = new TextEncoder().encode(value ?? "");
    view.setInt32(row * 16, text.length, true);
    views.set(text.subarray(0, text.length > 12 ? 4 : 12), row * 16 + 4);
    if (text.length <= 12) return;
    view.setInt32(row * 16 + 12, block.length, true);
    block.push(...text);
  });
  return { ...validityOf(values), buffers: [...validityOf(values).buffers, views, Uint8Array.from(block)] };
}

function validityOf(values: readonly unknown[]): { nullCount: number; buffers: [Uint8Array] } {
  const nullCount = values.filter((value) => value === null).length;
  return {
    nullCount,
    buffers: [nullCount === 0 ? new Uint8Array(0) : bits(values.map((value) => value !== null))],
  };
}

function bits(values: readonly boolean[]): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
  });
  return bitmap;
}

export function bytes(data: Int32Array | BigInt64Array | Float64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
