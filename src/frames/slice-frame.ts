import type { Column } from "./columns/column.ts";
import { lateDataOf } from "./columns/lazy-column.ts";
import { createFrame } from "./create-frame.ts";
import type { AnyField } from "./field.ts";
import { fieldFromColumn, knownValues } from "./field-from-column.ts";
import type { Frame } from "./frame.ts";

/**
 * The rows from `start` up to and not including `end` of a frame, as views of its columns.
 *
 * @param start a multiple of 8, so that bitmaps can be viewed too
 */
export function sliceFrame(frame: Frame, start: number, end: number): Frame {
  const fields = frame.fields.map((field) => sliceField(field, start, end));
  return createFrame({ ...frame, fields });
}

/** Rows of a field, as {@link sliceFrame}: of a list that is not packed yet these alone are packed. */
export function sliceField(field: AnyField, start: number, end: number): AnyField {
  const { name, kind, column } = field;
  const texts = kind === "string" ? knownValues(field)?.slice(start, end) : undefined;
  return fieldFromColumn(
    name,
    kind,
    end - start,
    sliceColumn(kind, column, start, end),
    field,
    texts,
  ) as AnyField;
}

function sliceColumn(kind: AnyField["kind"], column: Column, start: number, end: number): Column {
  const { offsets, validity } = column;
  const bits = [start >> 3, (end + 7) >> 3] as const;
  const rest = { length: end - start, validity: validity?.subarray(...bits) };
  if (offsets !== undefined) return { ...rest, data: column.data, offsets: offsets.subarray(start, end + 1) };
  const late = lateDataOf(column);
  if (late !== undefined) {
    const rowBytes = late.byteLength / column.length;
    const buffer = new ArrayBuffer((end - start) * rowBytes);
    return { ...rest, data: late.packInto(buffer, 0, start, end - start) };
  }
  const { data } = column;
  return { ...rest, data: kind === "bool" ? data.subarray(...bits) : data.subarray(start, end) };
}
