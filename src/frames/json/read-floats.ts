import { clearBit, countUnset, fullBitmap, setBit } from "../bitmap.ts";
import type { Column } from "../columns/column.ts";
import type { AnyField } from "../field.ts";
import { fieldFromColumn } from "../field-from-column.ts";
import { invalidValue } from "../invalid-value.ts";
import type { ColumnMemory } from "./column-memory.ts";
import { type Json, listOrNone, object, wrong } from "./expect.ts";
import type { FieldSchema } from "./read-schema.ts";

/**
 * Reads numbers, and those that JSON cannot represent from their own lists.
 *
 * @param entities the rows of NaN and of the infinities
 */
export function readFloats(
  schema: FieldSchema,
  kind: "float32" | "float64",
  values: readonly unknown[],
  entities: unknown,
  memory: ColumnMemory,
): AnyField {
  const { name, nullable } = schema;
  const { length } = values;
  const data = kind === "float32" ? new Float32Array(length) : memory.floats(length);
  let nulls: Uint8Array | undefined;
  for (let row = 0; row < length; row++) {
    const value = values[row];
    if (typeof value === "number") {
      data[row] = value;
      // JSON.parse turns numbers that are too large into infinities, which the sender did not send.
      if (!Number.isFinite(kind === "float32" ? data[row] : value))
        throw wrong(`row ${row}`, `a number that a ${kind} can hold`, value);
    } else if (value !== null) throw invalidValue(name, row, "a number", value);
    else if (nullable) {
      nulls ??= fullBitmap(length);
      clearBit(nulls, row);
    }
    // In a field that has no nulls null is 0, as Go reads it.
  }
  const validity = putEntities({ data, length, validity: nulls }, entities);
  // The same for both kinds, which the compiler needs separately.
  return fieldFromColumn(name, kind, length, { length, data, validity }, schema) as AnyField;
}

/** Writes NaN and infinities into their rows, and returns the remaining nulls. */
function putEntities(
  { data, length, validity }: Column<"float32" | "float64">,
  entities: unknown,
): Uint8Array | undefined {
  if (entities === null || entities === undefined) return validity;
  const rowsOf = rowReader(object("data.entities", entities), length);
  const nans = rowsOf("NaN");
  for (const row of nans) data[row] = Number.NaN;
  if (data instanceof Float64Array) {
    // The SDK's NaN has a payload, which JavaScript's lacks.
    const bits = new BigUint64Array(data.buffer, data.byteOffset, length);
    for (const row of nans) bits[row] = 0x7ff8000000000001n;
  }
  const infinities = rowsOf("Inf");
  for (const row of infinities) data[row] = Number.POSITIVE_INFINITY;
  const negatives = rowsOf("NegInf");
  for (const row of negatives) data[row] = Number.NEGATIVE_INFINITY;
  if (validity === undefined) return undefined;
  for (const rows of [nans, infinities, negatives]) for (const row of rows) setBit(validity, row);
  return countUnset(validity, length) === 0 ? undefined : validity;
}

function rowReader(entities: Json, length: number): (key: string) => readonly number[] {
  return (key) => {
    const place = `data.entities.${key}`;
    return listOrNone(place, entities[key]).map((row) => {
      if (typeof row === "number" && Number.isInteger(row) && row >= 0 && row < length) return row;
      throw wrong(place, `rows from 0 to ${length - 1}`, row);
    });
  };
}
