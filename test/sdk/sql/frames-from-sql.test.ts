import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../../../src/frames/frame.ts";
import { frameFromSql, framesFromSql, type SqlRow } from "../../../src/sdk/sql/frames-from-sql.ts";

const shape = (frame: Frame): string[] => frame.fields.map(({ name, kind }) => `${name} ${kind}`);
const valuesOf = (frame: Frame): unknown[] => frame.fields.map(({ values }) => values);

test("columns take the kind of their declared type, and null where a value is missing", () => {
  const frame = frameFromSql(
    [
      ["2026-01-01 00:00:00.123456789+01", "12.50", 7, "t", '{"a":1}', 5n, null],
      [new Date(0), 1.5, "9007199254740993", 0, null, "18446744073709551615", "x"],
    ],
    {
      columns: [
        { name: "at", type: "timestamptz" },
        { name: "price", type: "DECIMAL(10,2)" },
        { name: "id", type: "BIGINT" },
        { name: "on", type: "bool" },
        { name: "tags", type: "JSONB" },
        { name: "big", type: "bigint(20) unsigned" },
        { name: "text", type: "varchar(10)" },
      ],
    },
  );

  assert.deepEqual(shape(frame), [
    "at time",
    "price float64",
    "id int64",
    "on bool",
    "tags json",
    "big uint64",
    "text string",
  ]);
  assert.deepEqual(valuesOf(frame), [
    [BigInt(Date.UTC(2025, 11, 31, 23)) * 1_000_000n + 123_456_789n, 0n],
    [12.5, 1.5],
    [7n, 9007199254740993n],
    [true, false],
    [{ a: 1 }, null],
    [5n, 18446744073709551615n],
    [null, "x"],
  ]);
  assert.ok(frame.fields.every(({ nullable }) => nullable));
});

test("columns without a declared type take the kind of their values", () => {
  const frame = frameFromSql([
    {
      n: 1,
      mixed: 1,
      int: 1n,
      both: 1n,
      when: new Date(5),
      ok: true,
      bytes: new TextEncoder().encode("é"),
      object: { a: 1 },
      none: null,
    },
    {
      n: null,
      mixed: "x",
      int: 2n,
      both: 0.5,
      when: null,
      ok: false,
      bytes: null,
      object: [2],
      none: undefined,
    },
  ]);

  assert.deepEqual(shape(frame), [
    "n float64",
    "mixed string",
    "int int64",
    "both float64",
    "when time",
    "ok bool",
    "bytes string",
    "object json",
    "none string",
  ]);
  assert.deepEqual(frame.fields[1]?.values, ["1", "x"]);
  assert.deepEqual(frame.fields[6]?.values, ["é", null]);
});

test("decimals keep all digits as texts", () => {
  const frame = frameFromSql([["12345678901234567890.10"]], {
    columns: [{ name: "d", type: "NUMERIC" }],
    decimals: "text",
  });

  assert.deepEqual(valuesOf(frame), [["12345678901234567890.10"]]);
});

test("the first converter that fits a column makes its values", () => {
  const frame = frameFromSql([{ a: "1,5", b: 3, c: "x" }], {
    columns: [{ name: "a", type: "money_eu" }, { name: "b", type: "point" }, "c"],
    converters: [
      { type: /^money/g, kind: "float64", convert: (value) => Number(String(value).replace(",", ".")) },
      { type: (type) => type === "point", kind: "int8" },
      { column: "c", kind: "string", convert: (value, column) => `${column.name}:${value}` },
      { column: "c", kind: "bool" },
    ],
  });

  assert.deepEqual(shape(frame), ["a float64", "b int8", "c string"]);
  assert.deepEqual(valuesOf(frame), [[1.5], [3], ["c:x"]]);
});

test("a value that does not fit its column is named by row and column, without what it says", () => {
  const error = (value: unknown, type: string): unknown => {
    try {
      return frameFromSql([{ v: null }, { v: value }], { columns: [{ name: "v", type }] });
    } catch (thrown) {
      return String(thrown);
    }
  };

  assert.equal(
    error("secret", "int"),
    'TypeError: row 1, column "v": expected a value for a field of kind int64, got a string: the column is declared as int, pass a converter for its values',
  );
  assert.throws(
    () => frameFromSql([{ v: "x" }], { converters: [{ column: "v", kind: "int8" }] }),
    /got a string: declare the type of the column, or pass a converter$/,
  );
  for (const [value, type] of [
    [1.5, "int"],
    [2 ** 60, "bigint"],
    ["yesterday", "timestamp"],
    ["2026-02-30", "date"],
    ["2026-13-01", "date"],
    [9e15, "timestamp"],
    ["maybe", "bool"],
    [{}, "bool"],
    ["{", "json"],
    ["0x10", "real"],
    ["", "numeric"],
  ] as const) {
    assert.match(String(error(value, type)), /^TypeError: row 1, column "v"/, `${String(value)} as ${type}`);
  }
});

test("a time that no field can hold is null, with a notice that counts them", async () => {
  const times = [
    new Date(Number.NaN),
    new Date("9999-12-31"),
    "9999-12-31 23:59:59",
    "0000-00-00",
    "0000-00-00 00:00:00",
    "infinity",
    "-infinity",
    Number.POSITIVE_INFINITY,
    "0001-01-01 00:00:00",
    253_402_300_799_000n,
    253_402_300_799_000,
  ];
  const rows = [[new Date(0)], ...times.map((time) => [time])];
  const options = { columns: [{ name: "until", type: "timestamptz" }], meta: { notices: [] } };

  const frame = frameFromSql(rows, options);
  const undeclared = frameFromSql([[new Date(0)], [new Date("9999-12-31")]], { columns: ["until"] });

  assert.deepEqual(valuesOf(frame), [[0n, ...times.map(() => null)]]);
  assert.deepEqual(frame.meta?.notices, [
    {
      severity: "warning",
      text: 'Column "until": 11 times are empty, because they are not between the years 1677 and 2262',
    },
  ]);
  assert.deepEqual(valuesOf(undeclared), [[0n, null]]);
  const counts: unknown[] = [];
  for await (const part of framesFromSql(rows, { ...options, rowsPerFrame: 8 }))
    counts.push(part.meta?.notices?.map(({ text }) => /\d+ times/.exec(text)?.[0]));
  assert.deepEqual(counts, [["7 times"], ["4 times"]]);
});

test("a null in a column that the driver calls not nullable makes its field nullable", () => {
  const columns = [
    { name: "behind", type: "bigint unsigned", nullable: false },
    { name: "until", type: "timestamp", nullable: false },
    { name: "id", type: "int", nullable: false },
  ];

  const frame = frameFromSql([[null, "9999-12-31", 1]], { columns });

  assert.deepEqual(valuesOf(frame), [[null], [null], [1n]]);
  assert.deepEqual(
    frame.fields.map(({ nullable }) => nullable),
    [true, true, false],
  );
});

test("the numbers that are none, and the infinite ones, are read as databases write them", () => {
  const texts = ["NaN", "nan", "-nan", "inf", "+inf", "-inf", "Infinity", "-Infinity", " infinity "];

  const frame = frameFromSql(
    texts.map((text) => [text]),
    { columns: [{ name: "v", type: "Float64" }] },
  );

  const [nan, up, down] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  assert.deepEqual(valuesOf(frame), [[nan, nan, nan, up, up, down, up, down, up]]);
});

test("the row limit cuts, with a notice, and only when there are more rows", () => {
  const rows = [{ a: 1 }, { a: 2 }, { a: 3 }];

  const cut = frameFromSql(rows, { rowLimit: 2, meta: { notices: [{ severity: "info", text: "first" }] } });

  assert.equal(cut.length, 2);
  assert.deepEqual(cut.meta?.notices, [
    { severity: "info", text: "first" },
    { severity: "warning", text: "Only the first 2 rows are shown, which is the limit for SQL queries" },
  ]);
  assert.equal(frameFromSql(rows, { rowLimit: 3 }).meta?.notices, undefined);
  assert.equal(frameFromSql(rows, { rowLimit: 0 }).length, 0);
  for (const rowLimit of [-1, 1.5, Number.NaN, "2" as never]) {
    assert.throws(() => frameFromSql(rows, { rowLimit }), /rowLimit must be a whole number/);
  }
});

test("rows that arrive one by one become frames of the same kinds", async () => {
  const frames: Frame[] = [];
  async function* rows() {
    for (let n = 0; n < 5; n++) yield { n, late: n === 4 ? 7 : null };
  }

  for await (const frame of framesFromSql(rows(), { rowsPerFrame: 2, refId: "A" })) frames.push(frame);

  assert.deepEqual(
    frames.map(({ length }) => length),
    [2, 2, 1],
  );
  // All null in the first frame.
  assert.deepEqual(new Set(frames.map((frame) => shape(frame).join())), new Set(["n float64,late string"]));
  assert.deepEqual(frames[2]?.fields[1]?.values, ["7"]);
});

test("no rows are one frame, with its columns if they are declared", async () => {
  for await (const frame of framesFromSql([], { columns: ["a"] }))
    assert.deepEqual(shape(frame), ["a string"]);
  assert.deepEqual(shape(frameFromSql([])), []);
});

test("the limit ends the source of the rows, and its notice is in the last frame, also at the end of a batch", async () => {
  let isClosed = false;
  async function* endless() {
    try {
      for (let n = 0; ; n++) yield [n];
    } finally {
      isClosed = true;
    }
  }
  const frames: Frame[] = [];

  for await (const frame of framesFromSql(endless(), { columns: ["n"], rowsPerFrame: 2, rowLimit: 4 }))
    frames.push(frame);

  assert.ok(isClosed);
  assert.deepEqual(
    frames.map(({ length, meta }) => [length, meta?.notices?.length]),
    [
      [2, undefined],
      [2, 1],
    ],
  );
});

test("rows that are lists need the names of their columns, and a row must be a list or an object", () => {
  assert.throws(() => frameFromSql([[1]]), /expected the names of the columns, because the rows are lists/);
  assert.throws(
    () => frameFromSql([{ a: 1 }, null as unknown as SqlRow]),
    /row 1: expected an object or a list of values, got null/,
  );
});

test("a long text of digits that is not a number is refused at once", () => {
  const rows = [[`${"1".repeat(1_000_000)}x`]];
  assert.throws(() => frameFromSql(rows, { columns: [{ name: "d", type: "numeric" }] }), TypeError);
});
