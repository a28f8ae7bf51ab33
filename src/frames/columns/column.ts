import type { DataOf, FieldKind } from "../field-kind.ts";

/**
 * How the values of a field are stored, which is Arrow's layout: decoding needs no copy of it, and
 * encoding one.
 */
export interface Column<K extends FieldKind = FieldKind> {
  /** Number of rows. */
  readonly length: number;
  /**
   * One element per row; for `bool` a bitmap (row i is bit i & 7 of byte i >> 3); for `string` and `json` the UTF-8
   * bytes of all rows. The value of a null row has no meaning.
   */
  readonly data: DataOf<K>;
  /** For `string` and `json`: row i is the bytes from `offsets[i]` to `offsets[i + 1]`; length + 1 elements. */
  readonly offsets?: Int32Array | undefined;
  /** Bitmap like that of `bool`: 1 is a value, 0 is null. Absent when no row is null. */
  readonly validity?: Uint8Array | undefined;
}
