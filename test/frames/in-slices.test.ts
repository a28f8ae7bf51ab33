import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyField,
  createField,
  createFrame,
  type Frame,
  type FrameFormat,
  loadFrameCodec,
} from "grafana-plugin-protocol/frames";
import { encodeFrameInSlices } from "../../src/frames/frame-codec.ts";
import type { Pace } from "../../src/frames/pace.ts";

const { encodeFrame, decodeFrame } = await loadFrameCodec();
const rows = 40_003;

/** Ends a slice wherever one can end, and counts them. */
function shortestSlices(): Pace & { count: number } {
  const pace = {
    count: 0,
    isOver: () => true,
    nextSlice: async () => {
      pace.count++;
      await new Promise(setImmediate);
    },
  };
  return pace;
}

function valuesOf<T>(value: (row: number) => T, nullEvery: number): (T | null)[] {
  return Array.from({ length: rows }, (_, row) => (row % nullEvery === nullEvery - 1 ? null : value(row)));
}

/** NaN in one slice, infinities in others, as a list and as a column. */
function oddFloat(row: number): number {
  if (row === 9000) return Number.NaN;
  if (row === 100 || row === 39_000) return Number.NEGATIVE_INFINITY;
  return row === 17_000 ? Number.POSITIVE_INFINITY : row / 8;
}

const fields: Record<string, AnyField> = {
  "float64 of a list": createField("f", "float64", valuesOf(oddFloat, 10)),
  "float64 of an array": createField(
    "f",
    "float64",
    Float64Array.from({ length: rows }, (_, row) => oddFloat(row)),
  ),
  "float32 of a list": createField("f", "float32", valuesOf(oddFloat, 7)),
  "int8 of a list": createField(
    "f",
    "int8",
    valuesOf((row) => row % 100, 3),
  ),
  "uint16 of an array": createField(
    "f",
    "uint16",
    Uint16Array.from({ length: rows }, (_, row) => row),
  ),
  "int64 of a list": createField(
    "f",
    "int64",
    valuesOf((row) => BigInt(row) << 40n, 5),
  ),
  "time with nanoseconds in a late slice": createField(
    "f",
    "time",
    valuesOf((row) => BigInt(row) * 1_000_000n + (row === 30_000 ? 7n : 0n), 11),
  ),
  "bool of a list": createField(
    "f",
    "bool",
    valuesOf((row) => row % 2 === 0, 13),
  ),
  "string of ASCII": createField(
    "f",
    "string",
    valuesOf((row) => `s${row}`, 4),
  ),
  "string with halves of pairs and escapes": createField(
    "f",
    "string",
    valuesOf((row) => (row % 9000 === 8999 ? `\ud800"<é${row}` : `${row}`), 4),
  ),
  json: createField(
    "f",
    "json",
    valuesOf((row) => ({ row }), 4),
  ),
};

for (const format of ["arrow", "json"] as const) {
  for (const [name, field] of Object.entries(fields)) {
    test(`${format} that is written in slices is the same as written at once: ${name}`, async () => {
      await sameInSlices(
        createFrame({ fields: [field, createField("g", "float64", new Float64Array(rows)), field] }),
        format,
      );
    });
  }

  test(`${format} of many short fields ends its slices between them`, async () => {
    const many = Array.from(
      { length: 3000 },
      (_, i) => createField(`f${i}`, "float64", [i, 2 * i]) as AnyField,
    );
    const frame = createFrame({ name: "wide", fields: many });
    const pace = shortestSlices();

    assert.deepEqual(await encodeFrameInSlices(frame, { format }, pace), encodeFrame(frame, { format }));
    assert.ok(pace.count >= 1);
  });

  test(`${format} of a frame without rows or without fields is the same in slices`, async () => {
    for (const empty of [
      createFrame({ fields: [] }),
      createFrame({ fields: [createField("f", "string", [])] }),
    ]) {
      assert.deepEqual(
        await encodeFrameInSlices(empty, { format }, shortestSlices()),
        encodeFrame(empty, { format }),
      );
    }
  });
}

async function sameInSlices(frame: Frame, format: FrameFormat): Promise<void> {
  const pace = shortestSlices();

  const bytes = await encodeFrameInSlices(frame, { format, refId: "A" }, pace);

  assert.ok(Buffer.from(encodeFrame(frame, { format, refId: "A" })).equals(bytes));
  assert.ok(pace.count > 1, `expected several slices, got ${pace.count}`);
  assert.equal(decodeFrame(bytes, { format }).length, rows);
}

test("an error in a later slice is the promise's", async () => {
  const list = valuesOf((row) => row, 10);
  const frame = createFrame({ fields: [createField("f", "float64", list)] });
  const encoding = Promise.resolve(encodeFrameInSlices(frame, {}, shortestSlices()));
  // The list is not copied, and this row comes last.
  (list as unknown[])[rows - 1] = "text";

  await assert.rejects(encoding, { code: "invalid_value", message: new RegExp(`row ${rows - 1}`) });
});
