import assert from "node:assert/strict";
import { test } from "node:test";
import { Table, TimestampMillisecond, tableToIPC, vectorFromArray } from "apache-arrow";
import { createField, createFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { arrowColumns } from "../../../../src/cli/conformance/wire/arrow-types.ts";

test("columns of a frame have the types of data frames, and times are nanoseconds", async () => {
  const bytes = await encodeFrame(
    createFrame({
      fields: [
        createField("time", "time", [1n]),
        createField("count", "int64", [1n]),
        createField("value", "float64", [1]),
        createField("on", "bool", [true]),
        createField("text", "string", ["a"]),
        createField("any", "json", ["{}"]),
      ],
    }),
  );

  assert.deepEqual(
    arrowColumns(bytes).map(({ name, type, unit }) => [name, type, unit]),
    [
      ["time", "Timestamp", "nanoseconds"],
      ["count", "Int", undefined],
      ["value", "FloatingPoint", undefined],
      ["on", "Bool", undefined],
      ["text", "Utf8", undefined],
      ["any", "Binary", undefined],
    ],
  );
});

test("columns that a Go host refuses or misreads are told by their names in Arrow", () => {
  const table = new Table({
    place: vectorFromArray(["a", "b"]),
    time: vectorFromArray([1, 2], new TimestampMillisecond()),
  });

  assert.deepEqual(
    arrowColumns(tableToIPC(table, "file")).map(({ name, type, unit }) => [name, type, unit]),
    [
      ["place", "Dictionary of Utf8", undefined],
      ["time", "Timestamp", "milliseconds"],
    ],
  );
});

test("a frame without fields has no columns, and what is not a file throws a RangeError", async () => {
  assert.deepEqual(arrowColumns(await encodeFrame(createFrame({ fields: [] }))), []);
  assert.throws(() => arrowColumns(Buffer.from("text")), RangeError);
});
