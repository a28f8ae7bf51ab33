import { type Data, DataType } from "apache-arrow";
import { bitmapBytes, hasBit, makeBitmap } from "../frames/bitmap.ts";
import type { Column } from "../frames/columns/column.ts";
import { type FieldKind, kinds } from "../frames/field-kind.ts";

/** The kind whose storage a type has as it is; `undefined` if there is none. `tstype` distinguishes kinds of one type. */
export function plainKindOf(type: DataType, tstype: string | undefined): FieldKind | undefined {
  if (DataType.isInt(type)) {
    if (tstype === "enum" && !type.isSigned && type.bitWidth === 16) return "enum";
    return `${type.isSigned ? "" : "u"}int${type.bitWidth}` as FieldKind;
  }
  // HALF is 0, SINGLE 1, DOUBLE 2.
  if (DataType.isFloat(type)) return ([undefined, "float32", "float64"] as const)[type.precision];
  if (DataType.isUtf8(type)) return "string";
  if (DataType.isBool(type)) return "bool";
  // Nanoseconds are 3.
  if (DataType.isTimestamp(type) && type.unit === 3 && (type.timezone ?? "") === "") return "time";
  return DataType.isBinary(type) && tstype === "other" ? "json" : undefined;
}

/** The rows of a chunk as a column: a view, unless its bits begin within a byte or its memory is not aligned. */
export function plainColumn(kind: FieldKind, data: Data): Column {
  const { length, offset, nullCount, nullBitmap, values, valueOffsets } = data;
  const validity = nullCount > 0 ? bitsOf(nullBitmap, offset, length) : undefined;
  if (kind === "bool") return { length, validity, data: bitsOf(values as Uint8Array, offset, length) };
  if (valueOffsets !== undefined) {
    const bytes = (values ?? new Uint8Array(0)) as Uint8Array;
    // Without rows a writer may leave the offsets out.
    const offsets = length === 0 ? new Int32Array(1) : (valueOffsets as Int32Array).subarray(0, length + 1);
    return { length, validity, data: bytes, offsets };
  }
  if (kind === "string" || kind === "json") {
    return { length, validity, data: new Uint8Array(0), offsets: new Int32Array(length + 1) };
  }
  const whole = (values as Uint8Array | undefined) ?? new kinds[kind].data(length);
  return { length, validity, data: whole.subarray(0, length) as Column["data"] };
}

/** The bits of the rows, from the first bit of a byte on. */
function bitsOf(bits: Uint8Array, offset: number, length: number): Uint8Array {
  return offset % 8 === 0
    ? bits.subarray(offset >> 3, (offset >> 3) + bitmapBytes(length))
    : makeBitmap(length, (row) => hasBit(bits, offset + row));
}
