import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyField,
  createField,
  createFrame,
  type Frame,
  loadFrameCodec,
} from "grafana-plugin-protocol/frames";
import { readArrowFile } from "../../../src/frames/arrow/read-file.ts";
import { columnOf, everyKind } from "../grid-values.ts";

const { encodeFrame, decodeFrame } = await loadFrameCodec();

/** A frame with every kind, of which every third row is null. */
function everyKindOf(rows: number, name = ""): Frame {
  const fields = everyKind.map(
    (kind) =>
      createField(
        name + kind,
        kind,
        columnOf(kind, rows, (row) => row % 3 === 1),
      ) as AnyField,
  );
  return createFrame({ name, fields });
}

/** As many fields as make the metadata larger than what is first set aside for it. */
function wideFrame(count: number): Frame {
  const fields = Array.from(
    { length: count },
    (_, i) => createField("value", "float64", [i, null], { labels: { series: `ä${i}` } }) as AnyField,
  );
  return createFrame({ fields });
}

for (const rows of [1, 7, 8, 9, 513]) {
  test(`buffers of ${rows} rows begin at multiples of 8, so that decoding is a view`, () => {
    const file = encodeFrame(everyKindOf(rows));

    for (const { buffers } of readArrowFile(file).batches) {
      assert.ok(buffers.length > 0);
      for (let i = 0; i < buffers.length; i += 2) assert.equal((buffers[i] as number) % 8, 0);
    }
    for (const { column, name } of decodeFrame(file).fields) {
      for (const part of [column.data, column.offsets, column.validity]) {
        if (part !== undefined) assert.equal(part.buffer, file.buffer, name);
      }
    }
  });
}

test("a file begins with the magic and the schema, and ends with the footer and the magic", () => {
  const file = Buffer.from(encodeFrame(everyKindOf(3)));

  assert.equal(file.toString("latin1", 0, 8), "ARROW1\0\0");
  assert.equal(file.readUInt32LE(8), 0xffff_ffff);
  assert.equal(file.toString("latin1", file.length - 6), "ARROW1");
  const footer = file.length - 10 - file.readInt32LE(file.length - 10);
  assert.deepEqual([file.readUInt32LE(footer - 8), file.readUInt32LE(footer - 4)], [0xffff_ffff, 0]);
});

test("a frame without rows or fields has no record batch", () => {
  assert.equal(readArrowFile(encodeFrame(everyKindOf(0))).batches.length, 0);
  assert.equal(readArrowFile(encodeFrame(createFrame({ fields: [] }))).batches.length, 0);
});

test("a buffer of validity is there only when a row is null", () => {
  const full = createField("a", "int8", {
    length: 3,
    data: Int8Array.of(1, 2, 3),
    validity: Uint8Array.of(7),
  });

  const [batch] = readArrowFile(encodeFrame(createFrame({ fields: [full] }))).batches;

  const [, validityBytes, , dataBytes] = batch?.buffers ?? [];
  assert.deepEqual([batch?.buffers.length, validityBytes, dataBytes], [4, 0, 3]);
});

test("the same frame is the same bytes, whatever was encoded before", () => {
  const frame = everyKindOf(65, "again");
  const first = encodeFrame(frame);

  for (const other of [wideFrame(3000), everyKindOf(9, "other".repeat(900)), createFrame({ fields: [] })]) {
    encodeFrame(other);
    assert.deepEqual(encodeFrame(frame), first);
  }
});

test("what was encoded before stays as it was", () => {
  const first = encodeFrame(everyKindOf(9, "first"));
  const copy = first.slice();

  encodeFrame(everyKindOf(9, "second"));

  assert.deepEqual(first, copy);
});

for (const count of [1, 30, 31, 32, 33, 100, 1000, 4000]) {
  test(`a frame of ${count} fields with labels comes back`, () => {
    const { fields } = decodeFrame(encodeFrame(wideFrame(count)));

    assert.equal(fields.length, count);
    for (const [i, field] of fields.entries()) {
      assert.deepEqual([field.labels, field.values], [{ series: `ä${i}` }, [i, null]]);
    }
  });
}

test("a frame may be encoded while the metadata of another is read", () => {
  const inner = everyKindOf(9, "inner");
  const alone = encodeFrame(inner);
  let seen: Uint8Array | undefined;
  const custom = {
    get late() {
      seen = encodeFrame(inner);
      return "read";
    },
  };
  const fields = [createField("outer", "int32", [1, 2], { config: { unit: "s", custom } })];

  const outer = decodeFrame(encodeFrame(createFrame({ name: "outer", fields })));

  assert.deepEqual(seen, alone);
  assert.deepEqual(outer.fields[0]?.config, { unit: "s", custom: { late: "read" } });
});

test("after a frame that is refused the next one is written", () => {
  const frame = everyKindOf(9);
  const first = encodeFrame(frame);
  const refused = createField("a", "int8", [1], { config: { decimals: -1 } });

  assert.throws(() => encodeFrame(createFrame({ name: "refused", fields: [refused] })), {
    code: "invalid_config",
  });
  assert.deepEqual(encodeFrame(frame), first);
});
