import { bitmapBytes, countUnset } from "../bitmap.ts";
import type { Column } from "../columns/column.ts";
import { type LateData, lateDataOf } from "../columns/lazy-column.ts";
import { findDescent, leastOffset } from "../columns/text-offsets.ts";
import type { AnyField } from "../field.ts";
import type { FieldKind } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";

/** The rows of a field as they lie in the body of a record batch. */
export interface ColumnBuffers {
  readonly nullCount: number;
  /**
   * In Arrow's order: validity, empty when no row is null; for texts their offsets; the data. Views, or data
   * that is not packed yet.
   */
  readonly buffers: readonly (Uint8Array | LateData)[];
}

/**
 * The parts of a field's memory for a batch of this many rows.
 *
 * @throws FrameError `unequal_lengths`, `invalid_value` for buffers that would crash a Go host: too few rows, offsets that do not
 *   ascend or lie outside of the texts.
 */
export function columnBuffers({ name, kind, column }: AnyField, rows: number): ColumnBuffers {
  const { validity, length }: Column = column;
  if (length !== rows) throw tooFew(name, `${rows} rows`, length);
  const bits = validity === undefined ? none : firstBytes(name, validity, bitmapBytes(rows));
  const nullCount = bits === none ? 0 : countUnset(bits, rows);
  const nulls = nullCount === 0 ? none : bits;
  if (kind === "string" || kind === "json") {
    const { used, texts } = textBuffers(name, column.data, column.offsets ?? noOffsets, rows);
    return { nullCount, buffers: [nulls, used, texts] };
  }
  return { nullCount, buffers: [nulls, valueBuffer(name, kind, column, rows)] };
}

function valueBuffer(name: string, kind: FieldKind, column: Column, rows: number): Uint8Array | LateData {
  if (kind === "bool") return firstBytes(name, column.data, bitmapBytes(rows));
  const late = lateDataOf(column);
  if (late !== undefined) return late;
  const { data } = column;
  return firstBytes(name, data, rows * data.BYTES_PER_ELEMENT);
}

const none = new Uint8Array(0);
const noOffsets = new Int32Array(0);

function firstBytes(
  name: string,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  size: number,
): Uint8Array {
  if (byteLength < size) throw tooFew(name, `a column of ${size} bytes`, byteLength);
  return new Uint8Array(buffer, byteOffset, size);
}

/** The bytes of these rows only, and offsets that begin with 0: the column may be a slice of a larger one. */
function textBuffers(
  name: string,
  data: ArrayBufferView,
  offsets: Int32Array,
  rows: number,
): { readonly used: Uint8Array; readonly texts: Uint8Array } {
  const used = firstBytes(name, offsets, 4 * (rows + 1));
  const wrong = findDescent(offsets, rows);
  if (wrong !== -1) {
    throw wrongOffset(name, wrong, `at least ${leastOffset(offsets, wrong)}`, offsets[wrong] as number);
  }
  const first = offsets[0] as number;
  const end = offsets[rows] as number;
  if (end > data.byteLength) throw wrongOffset(name, rows, `at most ${data.byteLength}`, end);
  const texts = new Uint8Array(data.buffer, data.byteOffset + first, end - first);
  if (first === 0) return { used, texts };
  const rebased = offsets.subarray(0, rows + 1).map((offset) => offset - first);
  return { used: new Uint8Array(rebased.buffer), texts };
}

function tooFew(name: string, expected: string, seen: number): FrameError {
  return new FrameError("unequal_lengths", `field "${name}": expected ${expected}, got ${seen}`);
}

function wrongOffset(name: string, index: number, expected: string, seen: number): FrameError {
  return new FrameError(
    "invalid_value",
    `field "${name}": expected offset ${index} of its texts to be ${expected}, got ${seen}`,
  );
}
