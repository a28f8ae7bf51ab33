import { checkFrame } from "./check-frame.ts";
import { createField, type ValueInput } from "./create-field.ts";
import { createFrame, type FrameInit } from "./create-frame.ts";
import type { AnyField, FieldOptions } from "./field.ts";
import type { FieldKind } from "./field-kind.ts";
import type { Frame } from "./frame.ts";
import { invalidArgument } from "./invalid-value.ts";

/** A field that is made of a property: a kind, or a kind with the options of a field. */
export type ColumnSpec = FieldKind | (FieldOptions & { readonly kind: FieldKind; readonly name?: string });

/** Maps properties of the rows to fields. */
export type RowColumns<R> = { readonly [P in keyof R & string]?: ColumnSpec };

/**
 * Makes a frame from row objects. The fields are those of `columns`, in its order; a missing property is null.
 *
 * @throws FrameError as `createField`.
 */
export function frameFromRows<R extends object>(
  rows: Iterable<R>,
  columns: RowColumns<R>,
  init: Omit<FrameInit, "fields"> = {},
): Frame {
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows)) {
    throw invalidArgument("frameFromRows: the rows", "a list of objects", rows);
  }
  checkColumns("frameFromRows", columns);
  const list = [...rows];
  const odd = list.findIndex((row) => typeof row !== "object" || row === null);
  if (odd !== -1) throw invalidArgument(`frameFromRows: row ${odd}`, "an object", list[odd]);
  const specs: [string, ColumnSpec | undefined][] = Object.entries(columns);
  const fields = specs.flatMap(([property, spec]) => {
    if (spec === undefined) return [];
    const { kind, name = property, ...options } = typeof spec === "string" ? { kind: spec } : spec;
    const values = list.map((row) => row[property as keyof R] as ValueInput<FieldKind>);
    return [createField(name, kind, values, options) as AnyField];
  });
  return createFrame({ ...init, fields });
}

export function checkColumns(caller: string, columns: unknown): void {
  if (typeof columns === "object" && columns !== null && !Array.isArray(columns)) return;
  throw invalidArgument(`${caller}: the columns`, "an object with the kind of each property", columns);
}

/** The rows of a frame as objects by field name, one at a time. If names repeat, the last field counts. */
export function* rowsOf(frame: Frame): Generator<Record<string, unknown>> {
  checkFrame("rowsOf", frame);
  for (let row = 0; row < frame.length; row++) {
    yield Object.fromEntries(frame.fields.map((field) => [field.name, field.values[row]]));
  }
}
