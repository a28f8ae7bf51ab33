import { clearBit, fullBitmap } from "../bitmap.ts";
import { packTexts } from "../columns/text-column.ts";
import { createField, type ValueInput } from "../create-field.ts";
import type { AnyField } from "../field.ts";
import { fieldFromColumn } from "../field-from-column.ts";
import type { FieldKind } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { type ColumnMemory, createColumnMemory } from "./column-memory.ts";
import { type Json, list, listOrNone, wrong } from "./expect.ts";
import { rawValues } from "./raw-values.ts";
import { readFloats } from "./read-floats.ts";
import type { FieldSchema } from "./read-schema.ts";
import { readTimes } from "./read-times.ts";

/**
 * Reads the rows of all fields.
 *
 * @param text from which the data was parsed
 * @throws FrameError `json_invalid`.
 */
export function readColumns(text: string, fields: readonly FieldSchema[], data: Json): AnyField[] {
  const columns = listOrNone("data.values", data["values"]);
  const isEmpty = columns.length === 0;
  // Without columns no field has rows, as in Go.
  const values = isEmpty ? fields.map(() => []) : columns;
  const entities = listOrNone("data.entities", data["entities"]);
  const nanos = listOrNone("data.nanos", data["nanos"]);
  if (values.length !== fields.length) {
    throw wrong("data.values", `a column for each of the ${fields.length} fields`, values);
  }
  const raw = rawValues(text);
  const memory = createColumnMemory(fields.length);
  return fields.map((schema, index) => {
    const place = `data.values[${index}]`;
    const column = list(place, values[index]);
    try {
      return readColumn({
        schema,
        values: column,
        index,
        raw,
        entities: entities[index],
        nanos: nanos[index],
        memory,
      });
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      const { kind } = schema;
      const message =
        cause instanceof FrameError ? cause.message : `expected values of kind ${kind}: ${cause.message}`;
      throw new FrameError("json_invalid", `${place}: ${message}`, { cause });
    }
  });
}

/** A column of the parsed text. */
interface WireColumn {
  readonly schema: FieldSchema;
  readonly values: readonly unknown[];
  readonly index: number;
  /** The values of a column as they are written. */
  readonly raw: (column: number) => readonly string[];
  readonly entities: unknown;
  readonly nanos: unknown;
  readonly memory: ColumnMemory;
}

function readColumn({ schema, values, index, raw, entities, nanos, memory }: WireColumn): AnyField {
  switch (schema.kind) {
    case "float32":
    case "float64":
      return readFloats(schema, schema.kind, values, entities, memory);
    case "int64":
    case "uint64":
      return readIntegers(schema, values, () => raw(index));
    case "json":
      // The text of values is only looked for where JSON.parse has found them.
      return readJson(schema, values.length === 0 ? [] : raw(index));
    case "string":
      return readStrings(schema, withoutNulls(schema, values));
    case "time":
      return readTimes(schema, values, nanos, memory);
    default:
      return readPlain(schema, values);
  }
}

function readPlain(schema: FieldSchema, values: readonly unknown[]): AnyField {
  const { name, kind } = schema;
  // createField checks that they have that kind.
  const input = withoutNulls(schema, values) as readonly ValueInput<FieldKind>[];
  return createField(name, kind, input, schema) as AnyField;
}

/** A null in a field that is not nullable becomes the zero of its kind, as in Go. */
function withoutNulls({ kind, nullable }: FieldSchema, values: readonly unknown[]): readonly unknown[] {
  if (nullable || !values.includes(null)) return values;
  const zero = kind === "string" ? "" : kind === "bool" ? false : 0;
  return values.map((value) => value ?? zero);
}

/** Reads 64-bit integers beyond doubles from their digits; some writers quote them. */
function readIntegers(
  schema: FieldSchema,
  values: readonly unknown[],
  spelled: () => readonly string[],
): AnyField {
  const isExact = values.every((value) => value === null || Number.isSafeInteger(value));
  if (isExact) return readPlain(schema, values);
  const texts = spelled();
  const exact = values.map((value, row) => {
    if (value === null || Number.isSafeInteger(value)) return value;
    const digits = typeof value === "string" ? value : (texts[row] as string);
    if (!/^-?\d{1,20}$/.test(digits)) throw wrong(`row ${row}`, "a whole number", value);
    return BigInt(digits);
  });
  return readPlain(schema, exact);
}

/** Keeps the parsed texts, and packs them when the bytes are needed. */
function readStrings(schema: FieldSchema, values: readonly unknown[]): AnyField {
  const { length } = values;
  let validity: Uint8Array | undefined;
  for (let row = 0; row < length; row++) {
    const value = values[row];
    if (value === null) {
      validity ??= fullBitmap(length);
      clearBit(validity, row);
    } else if (typeof value !== "string") throw wrong(`row ${row}`, "a string", value);
  }
  // Each is one of these.
  const texts = values as readonly (string | null)[];
  const column = () => ({ length, ...packTexts(texts), validity });
  return fieldFromColumn(schema.name, "string", length, column, schema, texts);
}

/** In a field without nulls JSON's own null is a value. */
function readJson(schema: FieldSchema, spelled: readonly string[]): AnyField {
  const { length } = spelled;
  let validity: Uint8Array | undefined;
  const texts = spelled.map((text, row) => {
    if (!schema.nullable || text !== "null") return text;
    validity ??= fullBitmap(length);
    clearBit(validity, row);
    return null;
  });
  return fieldFromColumn(schema.name, "json", length, { length, ...packTexts(texts), validity }, schema);
}
