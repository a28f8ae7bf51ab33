import { bitmapBytes, countUnset, hasBit } from "./bitmap.ts";
import type { Column } from "./column.ts";
import { type Field, type FieldOptions, fieldFromColumn } from "./field.ts";
import { type DataOf, type FieldKind, kinds, type ValueOf } from "./field-kind.ts";
import { FrameError } from "./frame-error.ts";
import { invalidValue } from "./invalid-value.ts";
import { keepList } from "./keep-list.ts";

/**
 * What a value of a kind may be given as: as it is read, and for `time` also a `Date` or milliseconds since
 * 1970 (a fraction is nanoseconds), for 64-bit integers also a safe `number`.
 */
export type ValueInput<K extends FieldKind> =
  | ValueOf<K>
  | (K extends "time" ? Date | number : K extends "int64" | "uint64" ? number : never)
  | null
  | undefined;

/**
 * The values of a field: the typed array of its kind, a whole {@link Column}, or a list of values, `null` or
 * `undefined` for none. None of them is copied, nor is a `Date` in a list: do not change them while the field is used.
 */
export type FieldInput<K extends FieldKind> = Column<K> | DataOf<K> | readonly ValueInput<K>[];

/**
 * Makes a field. The values of a list are checked here, and those that are packed later again then: a list that was
 * changed all the same gives what it had or has, or `invalid_value` or `time_out_of_range` for what does not fit.
 *
 * A value of kind `json` is anything that JSON can hold; `null` is a null row, and JSON's own null only
 * comes with a {@link Column}.
 *
 * @throws FrameError `unknown_kind`; `invalid_value` or `time_out_of_range` naming field, row, what was
 *   expected and what was given; `unequal_lengths` for a column whose parts do not fit together.
 */
export function createField<K extends FieldKind>(
  name: string,
  kind: K,
  values: FieldInput<K>,
  options: FieldOptions = {},
): Field<K> {
  const info = kinds[kind];
  if (info === undefined) {
    throw new FrameError(
      "unknown_kind",
      `field "${name}" is of kind "${kind}", expected one of ${Object.keys(kinds).join(", ")}`,
    );
  }
  if (!Array.isArray(values)) return fromStorage(name, kind, values as Column<K> | DataOf<K>, options);
  const list: readonly ValueInput<K>[] = values;
  const { column, texts } = keepList(name, kind, list);
  const nullable = options.nullable ?? column.validity !== undefined;
  if (column.validity !== undefined && !nullable) {
    const row = list.findIndex((value) => value === null || value === undefined);
    throw invalidValue(name, row, "a value in a field that is not nullable", null);
  }
  // Only of kind string.
  const known = texts as readonly (ValueOf<K> | null)[] | undefined;
  return fieldFromColumn(name, kind, list.length, column, { ...options, nullable }, known);
}

function fromStorage<K extends FieldKind>(
  name: string,
  kind: K,
  storage: Column<K> | DataOf<K>,
  options: FieldOptions,
): Field<K> {
  const isPacked = kind === "string" || kind === "json" || kind === "bool";
  if (ArrayBuffer.isView(storage)) {
    if (isPacked || !(storage instanceof kinds[kind].data)) {
      const wanted = isPacked
        ? "an array of values or a column"
        : `a ${kinds[kind].data.name}, an array or a column`;
      throw new FrameError(
        "invalid_value",
        `field "${name}" of kind ${kind} takes ${wanted}, got a ${storage.constructor.name}`,
      );
    }
    const length = (storage as Float64Array).length;
    return fieldFromColumn(
      name,
      kind,
      length,
      { length, data: storage },
      { ...options, nullable: options.nullable ?? false },
    );
  }
  const column = storage as Column<K>;
  checkColumn(name, kind, column);
  if (
    options.nullable === false &&
    column.validity !== undefined &&
    countUnset(column.validity, column.length) > 0
  ) {
    const row = Array.from({ length: column.length }).findIndex(
      (_, i) => !hasBit(column.validity as Uint8Array, i),
    );
    throw invalidValue(name, row, "a value in a field that is not nullable", null);
  }
  const data = isPacked ? column.data : (column.data.subarray(0, column.length) as DataOf<K>);
  return fieldFromColumn(
    name,
    kind,
    column.length,
    { ...column, data },
    {
      ...options,
      nullable: options.nullable ?? column.validity !== undefined,
    },
  );
}

function checkColumn(name: string, kind: FieldKind, { length, data, offsets, validity }: Column): void {
  const hasOffsets = kind === "string" || kind === "json";
  const rows = hasOffsets ? (offsets?.length ?? 0) - 1 : kind === "bool" ? data.length * 8 : data.length;
  if (!(data instanceof kinds[kind].data)) {
    throw new FrameError(
      "invalid_value",
      `the column of field "${name}" of kind ${kind} needs a ${kinds[kind].data.name}, got a ${(data as object).constructor.name}`,
    );
  }
  if (rows < length || (hasOffsets && (offsets?.[length] ?? 0) > data.length)) {
    throw new FrameError(
      "unequal_lengths",
      `the column of field "${name}" says ${length} rows, and its data has ${rows}`,
    );
  }
  if (validity !== undefined && validity.length < bitmapBytes(length)) {
    throw new FrameError(
      "unequal_lengths",
      `the validity of field "${name}" has ${validity.length} bytes, expected ${bitmapBytes(length)}`,
    );
  }
}
