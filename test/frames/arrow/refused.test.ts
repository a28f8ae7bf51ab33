import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyField,
  type Column,
  createField,
  createFrame,
  encodeFrame,
  type FieldKind,
  type Frame,
} from "grafana-plugin-protocol/frames";
import { fieldFromColumn } from "../../../src/frames/field-from-column.ts";

/** A frame of one field that nothing has checked. */
function unchecked(kind: FieldKind, column: Column, rows = column.length): Frame {
  const field = fieldFromColumn("a", kind, column.length, column, { nullable: true }) as AnyField;
  return { name: "", refId: "", meta: undefined, fields: [field], length: rows };
}

const letters = new TextEncoder().encode("abcdef");
const texts = (...offsets: number[]): Column => ({
  length: offsets.length - 1,
  data: letters,
  offsets: Int32Array.from(offsets),
});

/** What would crash a Go host, or send memory that is not the field's. */
const refused: readonly (readonly [what: string, frame: Frame, code: string, message: RegExp])[] = [
  [
    "fields of unequal lengths",
    { ...createFrame({ fields: [createField("a", "int8", [1, 2])] }), length: 3 },
    "unequal_lengths",
    /^field "a": expected 3 rows, got 2$/,
  ],
  [
    "a typed array that is too short",
    unchecked("float64", { length: 3, data: new Float64Array(2) }),
    "unequal_lengths",
    /^field "a": expected a column of 24 bytes, got 16$/,
  ],
  [
    "a bitmap of bools that is too short",
    unchecked("bool", { length: 9, data: Uint8Array.of(1) }),
    "unequal_lengths",
    /expected a column of 2 bytes, got 1$/,
  ],
  [
    "validity that is too short",
    unchecked("int8", { length: 9, data: new Int8Array(9), validity: Uint8Array.of(1) }),
    "unequal_lengths",
    /expected a column of 2 bytes, got 1$/,
  ],
  [
    "texts without offsets",
    unchecked("string", { length: 1, data: letters }),
    "unequal_lengths",
    /expected a column of 8 bytes, got 0$/,
  ],
  [
    "offsets that descend",
    unchecked("string", texts(0, 4, 2, 6)),
    "invalid_value",
    /^field "a": expected offset 2 of its texts to be at least 4, got 2$/,
  ],
  [
    "offsets below 0",
    unchecked("json", texts(-1, 2)),
    "invalid_value",
    /expected offset 0 of its texts to be at least 0, got -1$/,
  ],
  [
    "offsets beyond the texts",
    unchecked("string", texts(0, 2, 7)),
    "invalid_value",
    /expected offset 2 of its texts to be at most 6, got 7$/,
  ],
];

for (const [what, frame, code, message] of refused) {
  test(`refuses ${what}`, async () => {
    await assert.rejects(encodeFrame(frame), { name: "FrameError", code, message });
  });
}

test("refuses a typed array whose memory was given away", async () => {
  const data = Float64Array.of(1, 2);
  const frame = createFrame({ fields: [createField("a", "float64", data)] });
  structuredClone(data, { transfer: [data.buffer] });

  await assert.rejects(encodeFrame(frame), { code: "unequal_lengths" });
});
