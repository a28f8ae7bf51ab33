import assert from "node:assert/strict";
import { test } from "node:test";
import * as arrow from "apache-arrow";
import {
  type AnyField,
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type FieldInput,
  type FieldKind,
  type Frame,
} from "grafana-plugin-protocol/frames";
import { hasBit } from "../../src/frames/bitmap.ts";
import { columnOf, everyKind, nullPatterns, rowCounts, typedArrayOf, valuesOf } from "./grid-values.ts";

/** A frame with a field of each kind that `inputOf` has values for. */
function frameOf(inputOf: (kind: FieldKind) => FieldInput<FieldKind> | undefined, nullable?: boolean): Frame {
  const fields = everyKind.flatMap((kind) => {
    const input = inputOf(kind);
    return input === undefined ? [] : [createField(kind, kind, input, { nullable }) as AnyField];
  });
  return createFrame({ name: "grid", fields });
}

/** Every form that these values can be given in. Typed arrays know no null, and some kinds have none. */
function framesOf(rows: number, isNull: (row: number, rows: number) => boolean): Map<string, Frame> {
  const frames = new Map([
    ["arrays", frameOf((kind) => valuesOf(kind, rows, isNull))],
    ["arrays of nullable fields", frameOf((kind) => valuesOf(kind, rows, isNull), true)],
    ["columns", frameOf((kind) => columnOf(kind, rows, isNull))],
  ]);
  const hasNulls = Array.from({ length: rows }).some((_, row) => isNull(row, rows));
  if (!hasNulls)
    frames.set(
      "typed arrays",
      frameOf((kind) => typedInput(kind, rows)),
    );
  return frames;
}

function typedInput(kind: FieldKind, rows: number): FieldInput<FieldKind> | undefined {
  if (kind === "bool" || kind === "string" || kind === "json") return undefined;
  return typedArrayOf(
    kind,
    valuesOf(kind, rows, () => false),
  );
}

/** What apache-arrow's own reader says; of times, which it rounds, the raw elements. */
function readWithApacheArrow(bytes: Uint8Array): Map<string, unknown[]> {
  const table = arrow.tableFromIPC(bytes);
  return new Map(
    table.schema.fields.map(({ name }) => {
      const vector = table.getChild(name);
      assert.ok(vector);
      return [name, Array.from({ length: table.numRows }, (_, row) => readCell(name, vector, row))];
    }),
  );
}

function readCell(kind: string, vector: arrow.Vector, row: number): unknown {
  if (kind === "time") {
    const [data] = vector.data;
    assert.ok(data);
    const isValue = data.nullCount === 0 || hasBit(data.nullBitmap, row);
    return isValue ? data.values[row] : null;
  }
  const value: unknown = vector.get(row);
  return kind === "json" && value instanceof Uint8Array ? JSON.parse(Buffer.from(value).toString()) : value;
}

for (const rows of rowCounts) {
  for (const [pattern, isNull] of Object.entries(nullPatterns)) {
    test(`every kind with ${rows} rows, null: ${pattern}, is read as it was made`, async () => {
      for (const [form, frame] of framesOf(rows, isNull)) {
        const encoded = await encodeFrame(frame);
        const decoded = new Map([
          ["as it is", frame],
          ["Arrow", await decodeFrame(encoded)],
          ["JSON", await decodeFrame(await encodeFrame(frame, { format: "json" }), { format: "json" })],
        ]);
        const theirs = readWithApacheArrow(encoded);

        for (const [index, { kind, nullable }] of frame.fields.entries()) {
          const expected = valuesOf(kind, rows, isNull);
          for (const [format, { fields, length }] of decoded) {
            const field = fields[index];
            const what = `${kind} from ${form}, ${format}`;
            assert.equal(length, rows, what);
            assert.deepEqual([field?.kind, field?.nullable], [kind, nullable], what);
            assert.deepEqual(field?.values, expected, what);
          }
          assert.deepEqual(theirs.get(kind), expected, `${kind} from ${form}, apache-arrow`);
        }
      }
    });
  }
}

test("rows of every form are null where the pattern says", () => {
  for (const [form, { fields }] of framesOf(9, (row) => row === 3)) {
    for (const field of fields) assert.equal(field.get(3), null, `${field.kind} from ${form}`);
  }
});
