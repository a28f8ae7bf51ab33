import { joinColumns } from "./arrow/join-columns.ts";
import { createFrame } from "./create-frame.ts";
import type { AnyField } from "./field.ts";
import { fieldFromColumn } from "./field-from-column.ts";
import type { Frame } from "./frame.ts";

/**
 * Joins the rows of frames with the same fields. Name, refId, meta and labels are those of the first.
 *
 * @throws FrameError `limit_exceeded` when the texts of a field take 2 GiB or more.
 */
export function joinFrames(first: Frame, rest: readonly Frame[]): Frame {
  if (rest.length === 0) return first;
  const parts = [first, ...rest];
  const fields = first.fields.map((field, index) => {
    const columns = parts.map((part) => (part.fields[index] as AnyField).column);
    const column = joinColumns(field.kind, columns);
    return fieldFromColumn(field.name, field.kind, column.length, column, field) as AnyField;
  });
  return createFrame({ ...first, fields });
}
