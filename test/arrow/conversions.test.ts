import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Table } from "apache-arrow";
import {
  arrowTableToFrame,
  type TableFrame,
  type TableOptions,
} from "../../src/arrow/arrow-table-to-frame.ts";
import { type Conversions, defaultConversions } from "../../src/arrow/conversions.ts";
import { readTable } from "../../src/arrow/read-table.ts";

const folder = join(import.meta.dirname, "..", "golden", "arrow");

function read(name: string): Promise<Table> {
  return readTable(readFileSync(join(folder, name)));
}

/** The answer for one column. */
async function convert(name: string, column: string, options: TableOptions = {}): Promise<TableFrame> {
  const table = await read(name);
  return arrowTableToFrame(table.select([column]), options);
}

function seen({ frame }: TableFrame): unknown[] {
  return frame.fields.map(({ name, kind, values }) => [name, kind, values]);
}

for (const [file, column, conversions, kind, values] of [
  [
    "pyarrow-numbers.arrow",
    "decimal64",
    { decimal: "string" },
    "string",
    ["1.500", null, "-1.250", "0.000", "999999999999.999"],
  ],
  [
    "pyarrow-numbers.arrow",
    "decimal128 whole",
    { decimal: "string" },
    "string",
    ["15", null, "-1", "0", "1200"],
  ],
  [
    "pyarrow-times.arrow",
    "date32",
    { date: "string" },
    "string",
    ["2026-01-01", null, "1969-12-31", "1970-01-01", "1970-01-02"],
  ],
  [
    "pyarrow-times.arrow",
    "date64",
    { date: "string" },
    "string",
    ["2026-01-01", null, "1969-12-31", "1970-01-01", "1970-01-02"],
  ],
  [
    "pyarrow-times.arrow",
    "time32 s",
    { time: "int64" },
    "int64",
    [45_296_000_000_000n, null, 0n, 1_000_000_000n, 86_399_000_000_000n],
  ],
  [
    "pyarrow-texts.arrow",
    "binary",
    { binary: "hex" },
    "string",
    ["00ff", null, "6162", "6d6f7265207468616e207477656c7665206279746573", "7b7d"],
  ],
  [
    "pyarrow-texts.arrow",
    "large binary",
    { binary: "json" },
    "json",
    ["\u0000\ufffd", null, "ab", "more than twelve bytes", {}],
  ],
  ["pyarrow-texts.arrow", "dictionary int8", { dictionary: "enum" }, "enum", [1, null, 0, 1, 0]],
] as [string, string, Conversions, string, unknown[]][]) {
  test(`${column} with ${JSON.stringify(conversions)} becomes ${kind}`, async () => {
    assert.deepEqual(seen(await convert(file, column, { conversions })), [[column, kind, values]]);
  });
}

test("an enum has the texts of the dictionary in its config", async () => {
  const { frame } = await convert("pyarrow-texts.arrow", "dictionary of large", {
    conversions: { dictionary: "enum" },
  });

  assert.deepEqual(frame.fields[0]?.config, { type: { enum: { text: ["x", "y"] } } });
});

test("the texts of a growing dictionary are those of its last batch", async () => {
  const { frame } = arrowTableToFrame(await read("pyarrow-delta.arrows"), {
    conversions: { dictionary: "enum" },
  });

  assert.deepEqual(frame.fields[0]?.config?.type?.enum?.text, ["a", "b", "c"]);
  assert.deepEqual(frame.fields[0]?.values, [0, 1, 2, null, 0]);
});

test("a struct becomes columns with dotted names, null where it is null", async () => {
  const { frame, conversions } = await convert("pyarrow-nested.arrow", "struct", {
    conversions: { struct: "flatten" },
  });

  assert.deepEqual(seen({ frame, conversions }), [
    ["struct.a", "int32", [1, null, null, 2, 3]],
    ["struct.b.c", "string", ["x", null, null, "y", null]],
    ["struct.b.d", "bool", [null, null, null, true, false]],
  ]);
  assert.deepEqual(conversions, []);
});

test("a column may have conversions of its own", async () => {
  const table = (await read("pyarrow-numbers.arrow")).select(["decimal64", "decimal128"]);

  const { frame } = arrowTableToFrame(table, { columns: { decimal128: { decimal: "string" } } });

  assert.deepEqual(
    frame.fields.map(({ kind }) => kind),
    ["float64", "string"],
  );
});

test("a duration says its unit", async () => {
  const units = await Promise.all(
    ["s", "ms", "us", "ns"].map(async (unit) => {
      const { frame } = await convert("pyarrow-times.arrow", `duration ${unit}`);
      return frame.fields[0]?.config?.unit;
    }),
  );

  assert.deepEqual(units, ["s", "ms", "µs", "ns"]);
});

test("what was converted is in the answer, and whether a value was rounded", async () => {
  const { conversions } = arrowTableToFrame(
    (await read("duckdb.arrow")).select(["tiny", "huge", "dec", "list"]),
  );

  assert.deepEqual(conversions, [
    {
      field: "huge",
      index: 1,
      from: "Decimal[38e0]",
      to: "float64",
      conversion: "decimal",
      choice: "float64",
      isExact: false,
    },
    {
      field: "dec",
      index: 2,
      from: "Decimal[9e+2]",
      to: "float64",
      conversion: "decimal",
      choice: "float64",
      isExact: true,
    },
    {
      field: "list",
      index: 3,
      from: "List<Int32>",
      to: "json",
      conversion: "list",
      choice: "json",
      isExact: true,
    },
  ]);
});

for (const [file, column, conversion] of [
  ["pyarrow-times.arrow", "timestamp us None", "timestamp"],
  ["pyarrow-times.arrow", "timestamp ns UTC", "timestamp"],
  ["pyarrow-times.arrow", "date32", "date"],
  ["pyarrow-times.arrow", "time64 ns", "time"],
  ["pyarrow-times.arrow", "duration s", "duration"],
  ["pyarrow-times.arrow", "interval", "interval"],
  ["pyarrow-numbers.arrow", "half", "half"],
  ["pyarrow-numbers.arrow", "decimal256", "decimal"],
  ["pyarrow-numbers.arrow", "null", "null"],
  ["pyarrow-texts.arrow", "view", "text"],
  ["pyarrow-texts.arrow", "binary", "binary"],
  ["pyarrow-texts.arrow", "fixed", "binary"],
  ["pyarrow-texts.arrow", "dictionary", "dictionary"],
  ["pyarrow-nested.arrow", "fixed list", "list"],
  ["pyarrow-nested.arrow", "map", "map"],
  ["pyarrow-nested.arrow", "struct", "struct"],
  ["pyarrow-nested.arrow", "dense union", "union"],
] as [string, string, keyof Conversions][]) {
  test(`${column} is refused without its conversion, by name and type`, async () => {
    const table = (await read(file)).select([column]);
    const type = String(table.schema.fields[0]?.type);

    for (const conversions of ["none", { [conversion]: false }] as const) {
      assert.throws(
        () => arrowTableToFrame(table, { conversions }),
        ({ code, message }: { code: string; message: string }) =>
          code === "arrow_unsupported" &&
          message.includes(`"${column}" of type ${type}`) &&
          message.includes(conversion),
      );
    }
  });
}

test("each conversion is one that a column of the files has", () => {
  assert.deepEqual(Object.keys(defaultConversions).sort(), [
    "binary",
    "date",
    "decimal",
    "dictionary",
    "duration",
    "half",
    "interval",
    "list",
    "map",
    "null",
    "struct",
    "text",
    "time",
    "timestamp",
    "union",
  ]);
});

test("times beyond 64 bits of nanoseconds are refused by name", async () => {
  const { makeVector, Table: Tables, TimestampSecond, makeData } = await import("apache-arrow");
  const data = makeData({
    type: new TimestampSecond(),
    data: BigInt64Array.of(0n, 2n ** 40n),
    length: 2,
    nullCount: 0,
  });
  const table = new Tables({ late: makeVector(data) });

  assert.throws(() => arrowTableToFrame(table), {
    code: "time_out_of_range",
    message: /field "late", row 1/,
  });
});
