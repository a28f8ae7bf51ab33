/** Frames as plain objects, read from what Go's and our writer make. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createField, createFrame, formatFrameJson } from "grafana-plugin-protocol/frames";
import { createFrameReader, readWholeFrame } from "../../../src/gateway/client/json-frame.ts";
import { corpusNames, readGolden } from "../../frames/golden-corpus.ts";

const frame = createFrame({
  name: "f",
  refId: "A",
  meta: { custom: { a: 1 } },
  fields: [
    createField("time", "time", [1_700_000_000_000_000_001n, 1_700_000_000_001_000_000n, null]),
    createField("value", "float64", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], {
      labels: { host: "a" },
      config: { unit: "percent" },
    }),
  ],
});

test("a frame has its names, fields and rows; numbers that JSON lacks are numbers again", () => {
  assert.deepEqual(readWholeFrame(JSON.parse(formatFrameJson(frame))), {
    name: "f",
    refId: "A",
    meta: { typeVersion: [0, 0], custom: { a: 1 } },
    length: 3,
    fields: [
      {
        name: "time",
        type: "time",
        typeInfo: { frame: "time.Time", nullable: true },
        labels: undefined,
        config: {},
        values: [1_700_000_000_000, 1_700_000_000_001, null],
        nanos: [1, 0, 0],
      },
      {
        name: "value",
        type: "number",
        typeInfo: { frame: "float64" },
        labels: { host: "a" },
        config: { unit: "percent" },
        values: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
        nanos: undefined,
      },
    ],
  });
});

test("every frame that Go wrote is read, with its rows and names", () => {
  let rows = 0;
  for (const name of corpusNames) {
    const json = JSON.parse(readGolden(name, "json").toString("utf8"));
    const read = readWholeFrame(json);

    assert.equal(read.fields.length, json.schema.fields.length, name);
    assert.deepEqual(
      read.fields.map((field) => field.values.length),
      json.schema.fields.map(() => read.length),
      name,
    );
    rows += read.length;
  }
  assert.ok(corpusNames.length > 20 && rows > 100, `${corpusNames.length} frames, ${rows} rows`);
});

suite("a reader of frames in parts", () => {
  const schema = { fields: [{ name: "v", type: "number" }] };

  test("gives rows the schema of the frame before, and the new one when it changes", () => {
    const { read } = createFrameReader();
    const names = (value: unknown): unknown => read(value)?.fields.map(({ name, values }) => [name, values]);

    assert.equal(read({ data: { values: [[0]] } }), undefined, "no schema yet");
    assert.deepEqual(names({ schema, data: { values: [[1]] } }), [["v", [1]]]);
    assert.deepEqual(names({ data: { values: [[2, 3]] } }), [["v", [2, 3]]]);
    assert.deepEqual(names({ schema: { fields: [{ name: "w" }] } }), [["w", []]]);
    assert.deepEqual(names({ data: { values: [[4]] } }), [["w", [4]]]);
  });

  test("takes other JSON for no frame", () => {
    const { read } = createFrameReader();
    read({ schema, data: { values: [[1]] } });

    for (const value of [null, 1, "text", [], {}, { data: 1 }, { data: { a: 1 } }, { schema: "s" }]) {
      assert.equal(read(value), undefined, JSON.stringify(value));
    }
  });

  test("refuses columns that do not fit", () => {
    const { read } = createFrameReader();

    assert.throws(() => read({ schema, data: { values: [[1], [2]] } }), /expected 1 columns.*got 2/);
    const two = { fields: [{ name: "a" }, { name: "b" }] };
    assert.throws(() => read({ schema: two, data: { values: [[1], [1, 2]] } }), /columns of 1 rows.*2/);
  });
});
