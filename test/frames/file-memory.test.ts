import assert from "node:assert/strict";
import { test } from "node:test";
import { createField, createFrame, type Frame, loadFrameCodec } from "grafana-plugin-protocol/frames";
import { encodeArrow } from "../../src/frames/arrow/encode-arrow.ts";
import { sharedMemory } from "../../src/frames/file-memory.ts";

const { encodeFrame, decodeFrame } = await loadFrameCodec();

test("small files of one response share buffers, at multiples of 8 and without overlapping", () => {
  const memory = sharedMemory(100);
  const files = Array.from({ length: 100 }, (_, i) => memory(1000 + i).fill(i));

  assert.ok(new Set(files.map(({ buffer }) => buffer)).size < 10);
  for (const [i, file] of files.entries()) {
    assert.equal(file.byteOffset % 8, 0);
    assert.equal(file.length, 1000 + i);
    assert.ok(file.every((byte) => byte === i));
  }
});

for (const [name, count, bytes] of [
  ["the only file", 1, 1000],
  ["a large file", 100, 2 ** 20],
] as const) {
  test(`${name} has a buffer of its own`, () => {
    assert.equal(sharedMemory(count)(bytes).buffer.byteLength, bytes);
  });
}

test("more files than were expected have memory too", () => {
  const memory = sharedMemory(2);
  const files = Array.from({ length: 20 }, () => memory(100));

  assert.ok(files.every((file) => file.length === 100));
});

test("an Arrow file in shared memory has the same bytes as one of its own", () => {
  const frame = frameWithNulls();
  const memory = sharedMemory(10);

  for (let i = 0; i < 10; i++) {
    const file = encodeArrow(frame, { memory });
    assert.deepEqual(file, encodeFrame(frame));
    assert.equal(decodeFrame(file).length, frame.length);
  }
});

function frameWithNulls(): Frame {
  const rows = Array.from({ length: 13 }, (_, i) => i);
  const numbers = rows.map((i) => (i % 3 === 0 ? null : i));
  return createFrame({
    fields: [
      createField("time", "time", numbers),
      createField("value", "float64", numbers),
      createField(
        "name",
        "string",
        numbers.map((i) => (i === null ? null : `é${i}`)),
      ),
    ],
  });
}
