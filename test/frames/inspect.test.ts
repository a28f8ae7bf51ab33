import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  type AnyField,
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
} from "grafana-plugin-protocol/frames";

const frame = createFrame({
  name: "temperatures",
  refId: "A",
  fields: [
    createField("time", "time", [new Date("2026-01-01"), 1767225600000250001n]),
    createField("temperature", "float64", [8.5, null], { labels: { place: "New York" } }),
    createField("id", "int64", [1n, 2n]),
    createField("tags", "json", [{ rack: 4 }, ["x".repeat(100)]]),
  ],
});

const shown = `Frame "temperatures" refId "A": 2 rows, 4 fields
  "time" time [2026-01-01T00:00:00.000Z, 2026-01-01T00:00:00.000250001Z]
  "temperature" {place="New York"} float64 nullable [8.5, null]
  "id" int64 [1n, 2n]
  "tags" json [{"rack":4}, ["${"x".repeat(38)}…]`;

test("a frame that is logged shows its fields and first values", async () => {
  assert.equal(inspect(frame), shown);
  assert.equal(inspect(await decodeFrame(await encodeFrame(frame))), shown);
});

test("a field that is logged shows its kind and first values", () => {
  assert.equal(
    inspect(createField("n", "int8", [1, 2, 3, 4, 5, 6, 7])),
    '"n" int8 [1, 2, 3, 4, 5, … 2 more]',
  );
});

test("of many fields the first are shown", () => {
  const fields = Array.from({ length: 25 }, (_, i) => createField(`f${i}`, "bool", [true]) as AnyField);

  const lines = inspect(createFrame({ fields })).split("\n");

  assert.equal(lines[0], 'Frame "": 1 row, 25 fields');
  assert.equal(lines.length, 22);
  assert.equal(lines.at(-1), "  … 5 more fields");
});

test("what shows a frame is not seen by copies and comparisons", () => {
  assert.deepEqual(Object.keys(frame), ["name", "refId", "meta", "fields", "length"]);
  assert.deepEqual(Object.getOwnPropertySymbols({ ...frame }), []);
  assert.deepEqual({ ...frame }, frame);
});
