import { bitmapBytes, countUnset, hasBit } from "./bitmap.ts";
import { checkText } from "./check-frame.ts";
import type { Column } from "./columns/column.ts";
import { columnOfList } from "./columns/column-of-list.ts";
import type { Field, FieldOptions } from "./field.ts";
import { fieldFromColumn } from "./field-from-column.ts";
import { type DataOf, type FieldKind, type KindInfo, kinds, type ValueOf } from "./field-kind.ts";
import { FrameError } from "./frame-error.ts";
import { invalidArgument, invalidValue } from "./invalid-value.ts";
import { typedArrayName } from "./kind-of-value.ts";

/**
 * The input types of a kind's values: the type that is read, and for `time` also a `Date` or milliseconds since 1970 (a
 * fraction is nanoseconds), for 64-bit integers also a safe `number`.
 */
export type ValueInput<K extends FieldKind> =
  | ValueOf<K>
  | (K extends "time" ? Date | number : K extends "int64" | "uint64" ? number : never)
  | null
  | undefined;

/**
 * The values of a field: the typed array of its kind, a whole {@link Column}, or a list of values, with `null` or
 * `undefined` for null rows. They are not copied, nor is a `Date` in a list: do not change them while the field is
 * used.
 */
export type FieldInput<K extends FieldKind> = Column<K> | DataOf<K> | readonly ValueInput<K>[];

/**
 * Makes a field. The values of a list are checked here, and again if they are packed later: a list that was changed in
 * between gives old or new values, or throws `invalid_value` or `time_out_of_range`.
 *
 * A value of kind `json` is anything that JSON can represent; `null` is a null row, and JSON's own null is possible
 * only with a {@link Column}.
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
  checkText("createField: the name of the field", name);
  if (!Object.hasOwn(kinds, kind)) {
    throw new FrameError(
      "unknown_kind",
      `field "${name}" is of kind "${String(kind)}", expected one of ${Object.keys(kinds).join(", ")}`,
    );
  }
  if (typeof options !== "object" || options === null) {
    throw invalidArgument(`the options of field "${name}"`, "an object", options);
  }
  if (!Array.isArray(values)) return fromStorage(name, kind, values as Column<K> | DataOf<K>, options);
  const list: readonly ValueInput<K>[] = values;
  const { column, texts } = columnOfList(name, kind, list);
  const nullable = options.nullable ?? column.validity !== undefined;
  if (column.validity !== undefined && !nullable) {
    const row = list.findIndex((value) => value === null || value === undefined);
    throw invalidValue(name, row, "a value in a field that is not nullable", null);
  }
  // Only for kind string.
  const known = texts as readonly (ValueOf<K> | null)[] | undefined;
  return fieldFromColumn(name, kind, list.length, column, withNullable(options, nullable), known);
}

function fromStorage<K extends FieldKind>(
  name: string,
  kind: K,
  storage: Column<K> | DataOf<K>,
  options: FieldOptions,
): Field<K> {
  const isPacked = kind === "string" || kind === "json" || kind === "bool";
  const { data: wantedArray } = kinds[kind];
  const wanted = isPacked
    ? "an array of values or a column"
    : `a ${wantedArray.name}, an array of values or a column`;
  if (ArrayBuffer.isView(storage)) {
    if (isPacked || typedArrayName(storage) !== wantedArray.name) {
      throw invalidArgument(`field "${name}" of kind ${kind}`, wanted, storage);
    }
    const data = ofThisRealm(wantedArray, storage as DataOf<K>);
    const { length } = data as Float64Array;
    const nullable = options.nullable ?? false;
    return fieldFromColumn(name, kind, length, { length, data }, withNullable(options, nullable));
  }
  if (typeof storage !== "object" || storage === null || !("data" in storage)) {
    throw invalidArgument(`field "${name}" of kind ${kind}`, wanted, storage);
  }
  checkColumn(name, kind, storage);
  const column = columnOfThisRealm(kind, storage as Column<K>);
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
  const { length, offsets, validity } = column as Column;
  const isWhole = isPacked || column.data.length === length;
  const data = isWhole ? column.data : (column.data.subarray(0, length) as DataOf<K>);
  // A copy, because the caller may change the object.
  const own = offsets === undefined ? { length, data, validity } : { length, data, offsets, validity };
  const nullable = options.nullable ?? validity !== undefined;
  return fieldFromColumn(name, kind, length, own as Column<K>, withNullable(options, nullable));
}

function withNullable(
  { labels, config }: FieldOptions,
  nullable: boolean,
): FieldOptions & { readonly nullable: boolean } {
  return { labels, config, nullable };
}

function checkColumn(name: string, kind: FieldKind, { length, data, offsets, validity }: Column): void {
  const hasOffsets = kind === "string" || kind === "json";
  checkArray(`the data of field "${name}" of kind ${kind}`, kinds[kind].data.name, data);
  if (hasOffsets) checkArray(`the offsets of field "${name}" of kind ${kind}`, "Int32Array", offsets);
  if (validity !== undefined) checkArray(`the validity of field "${name}"`, "Uint8Array", validity);
  if (!Number.isInteger(length) || length < 0) {
    throw invalidArgument(`the length of field "${name}"`, "a number of rows", length);
  }
  const rows = hasOffsets ? (offsets?.length ?? 0) - 1 : kind === "bool" ? data.length * 8 : data.length;
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

function checkArray(what: string, expected: string, value: unknown): void {
  if (typedArrayName(value) !== expected) throw invalidArgument(what, `a ${expected}`, value);
}

/** A view of the same memory with this realm's class, so that later code need not check. */
function ofThisRealm<A extends Column["data"]>(ofThis: KindInfo["data"], array: A): A {
  if (array instanceof ofThis) return array;
  return new ofThis(array.buffer as ArrayBuffer, array.byteOffset, array.length) as A;
}

function columnOfThisRealm<K extends FieldKind>(kind: K, column: Column<K>): Column<K> {
  const { data, offsets, validity } = column as Column;
  const isOfThis =
    data instanceof kinds[kind].data &&
    (offsets === undefined || offsets instanceof Int32Array) &&
    (validity === undefined || validity instanceof Uint8Array);
  if (isOfThis) return column;
  return {
    ...column,
    data: ofThisRealm(kinds[kind].data, data) as DataOf<K>,
    offsets: offsets && ofThisRealm(Int32Array, offsets),
    validity: validity && ofThisRealm(Uint8Array, validity),
  };
}
