import { bitmapBytes, setBit } from "../bitmap.ts";
import { type FieldKind, kinds } from "../field-kind.ts";
import { FrameError } from "../frame-error.ts";
import { invalidValue } from "../invalid-value.ts";
import type { Column } from "./column.ts";
import { createList, type List, skipRow } from "./list.ts";
import { packNumbers } from "./pack-numbers.ts";
import { packStrings, packTexts } from "./text-column.ts";

/** A column, and the texts that its bytes cannot represent: half of a surrogate pair has no UTF-8. */
export interface PackedList<K extends FieldKind = FieldKind> {
  readonly column: Column<K>;
  readonly texts: readonly (string | null)[] | undefined;
}

/**
 * Packs the values of a list.
 *
 * @throws FrameError `invalid_value`, `time_out_of_range`, `limit_exceeded`.
 */
export function packList<K extends FieldKind>(
  name: string,
  kind: K,
  values: readonly unknown[],
): PackedList<K> {
  const list = createList(name, values);
  const { data, offsets, texts } = packKind(list, kind);
  const column: Column = { length: list.length, data, offsets, validity: list.validity };
  // The kind is right, which the compiler cannot see.
  return { column: column as Column<K>, texts };
}

interface Packed extends Pick<Column, "data" | "offsets"> {
  readonly texts?: PackedList["texts"];
}

function packKind(list: List, kind: FieldKind): Packed {
  const { length } = list;
  switch (kind) {
    case "string":
      return packTextValues(list);
    case "json":
      return packTexts(list.values.map((_, row) => toJson(list, row)));
    case "bool":
      return { data: packBools(list) };
    default: {
      const buffer = new ArrayBuffer(length * kinds[kind].data.BYTES_PER_ELEMENT);
      return { data: packNumbers(list, kind, { buffer, byteOffset: 0, firstRow: 0, count: length }) };
    }
  }
}

function packTextValues(list: List): Packed {
  const { data, offsets, isNarrow } = packStrings(list.values, (row) => skipRow(list, row, "a string"));
  if (isNarrow) return { data, offsets };
  return { data, offsets, texts: list.values.map((value) => (typeof value === "string" ? value : null)) };
}

function toJson(list: List, row: number): string | null {
  const { name, values } = list;
  const value = values[row];
  if (value === null || value === undefined) {
    skipRow(list, row, "");
    return null;
  }
  const expected = "a value that JSON can hold";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    // Of a circular reference the other lines draw the circle.
    const [reason] = cause instanceof Error ? cause.message.split("\n", 1) : ["it throws"];
    throw new FrameError(
      "invalid_value",
      `field "${name}", row ${row}: expected ${expected}, got none: ${reason}`,
      {
        cause,
      },
    );
  }
  if (text === undefined) throw invalidValue(name, row, expected, value);
  return text;
}

function packBools(list: List): Uint8Array {
  const { values } = list;
  const bits = new Uint8Array(bitmapBytes(values.length));
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === true) setBit(bits, row);
    else if (value !== false) skipRow(list, row, "true or false");
  }
  return bits;
}
