import assert from "node:assert/strict";
import { test } from "node:test";
import { tableToIPC } from "apache-arrow";
import { arrowTableToFrame } from "../../src/arrow/arrow-table-to-frame.ts";
import { frameToArrowTable } from "../../src/arrow/frame-to-arrow-table.ts";
import { readTable } from "../../src/arrow/read-table.ts";
import { createField } from "../../src/frames/create-field.ts";
import { createFrame } from "../../src/frames/create-frame.ts";
import { decodeFrame } from "../../src/frames/frame-codec.ts";
import { sliceFrame } from "../../src/frames/slice-frame.ts";
import { describeFrame } from "../frames/describe.ts";
import { corpusNames, readGolden } from "../frames/golden-corpus.ts";

for (const name of corpusNames) {
  test(`a frame of Go is the same after a table, a file and a stream: ${name}`, async () => {
    const frame = await decodeFrame(readGolden(name, "arrow"));
    const expected = describeFrame(frame);
    const table = frameToArrowTable(frame);

    const { frame: direct, conversions } = arrowTableToFrame(table, { conversions: "none" });
    const file = tableToIPC(table, "file");
    const throughFile = arrowTableToFrame(await readTable(file), { conversions: "none" });
    const throughStream = arrowTableToFrame(await readTable(tableToIPC(table, "stream")), {
      conversions: "none",
    });

    assert.deepEqual(describeFrame(direct), expected);
    assert.deepEqual(conversions, []);
    assert.deepEqual(describeFrame(throughFile.frame), expected);
    assert.deepEqual(describeFrame(throughStream.frame), expected);
    assert.deepEqual(describeFrame(await decodeFrame(file)), expected);
  });

  test(`a file of Go becomes a table and its frame: ${name}`, async () => {
    const bytes = readGolden(name, "arrow");

    const { frame } = arrowTableToFrame(await readTable(bytes), { conversions: "none" });

    assert.deepEqual(describeFrame(frame), describeFrame(await decodeFrame(bytes)));
  });
}

test("the columns of a table are views of the frame's", () => {
  const data = Float64Array.of(1, 2, 3);
  const frame = createFrame({ fields: [createField("v", "float64", data)] });

  const table = frameToArrowTable(frame);
  const { frame: again } = arrowTableToFrame(table);

  assert.equal(table.getChildAt(0)?.data[0]?.values, data);
  assert.equal(again.fields[0]?.column.data.buffer, data.buffer);
});

test("a part of a frame is the same after a table", () => {
  const frame = createFrame({
    fields: [
      createField(
        "text",
        "string",
        Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? null : `row ${i}`)),
      ),
      createField(
        "bool",
        "bool",
        Array.from({ length: 40 }, (_, i) => i % 3 === 1),
      ),
    ],
  });
  const part = sliceFrame(frame, 8, 37);

  assert.deepEqual(describeFrame(arrowTableToFrame(frameToArrowTable(part)).frame), describeFrame(part));
});

test("a slice of a table is that part of the frame", () => {
  const values = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? null : i % 2 === 0));
  const frame = createFrame({
    fields: [
      createField("bool", "bool", values),
      createField(
        "text",
        "string",
        values.map((value) => (value === null ? null : String(value))),
      ),
      createField(
        "number",
        "int32",
        values.map((value, i) => (value === null ? null : i)),
      ),
    ],
  });

  const { frame: part } = arrowTableToFrame(frameToArrowTable(frame).slice(3, 21));

  assert.equal(part.length, 18);
  for (const [i, field] of part.fields.entries()) {
    assert.deepEqual(field.values, frame.fields[i]?.values.slice(3, 21));
  }
});

test("metadata that no host reads is refused, and so is what is no table", () => {
  const odd = createFrame({ fields: [createField("v", "uint8", [1], { config: { decimals: -1 } })] });

  assert.throws(() => frameToArrowTable(odd), { code: "invalid_config" });
  assert.throws(() => frameToArrowTable({} as never), { code: "invalid_value" });
  assert.throws(() => arrowTableToFrame({} as never), { code: "invalid_value" });
});
