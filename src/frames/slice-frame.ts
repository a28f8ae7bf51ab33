import type { Column } from "./column.ts";
import { type AnyField, fieldFromColumn } from "./field.ts";
import { createFrame, type Frame } from "./frame.ts";

/**
 * The rows from `start` up to and not including `end` of a frame, as views of its columns.
 *
 * @param start a multiple of 8, so that bitmaps can be viewed too
 */
export function sliceFrame(frame: Frame, start: number, end: number): Frame {
  const fields = frame.fields.map(
    (field) =>
      fieldFromColumn(
        field.name,
        field.kind,
        end - start,
        sliceColumn(field.kind, field.column, start, end),
        {
          nullable: field.nullable,
          labels: field.labels,
          config: field.config,
        },
      ) as AnyField,
  );
  return createFrame({ ...frame, fields });
}

function sliceColumn(kind: AnyField["kind"], column: Column, start: number, end: number): Column {
  const { data, offsets, validity } = column;
  const bits = [start >> 3, (end + 7) >> 3] as const;
  const rest = { length: end - start, validity: validity?.subarray(...bits) };
  if (offsets !== undefined) return { ...rest, data, offsets: offsets.subarray(start, end + 1) };
  return { ...rest, data: kind === "bool" ? data.subarray(...bits) : data.subarray(start, end) };
}
