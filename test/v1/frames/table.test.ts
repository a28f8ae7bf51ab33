import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  type AnyField,
  createField,
  createFrame,
  type FieldKind,
  type Frame,
} from "grafana-plugin-protocol/frames";
import {
  frameToTable,
  RowValue_Kind,
  RowValueSchema,
  type Table,
  TableSchema,
  tableToFrame,
} from "grafana-plugin-protocol/v1";

const {
  TYPE_NULL: nothing,
  TYPE_DOUBLE: double,
  TYPE_INT64: int64,
  TYPE_BOOL: bool,
  TYPE_STRING: string,
  TYPE_BYTES: bytes,
} = RowValue_Kind;
type Cell = Parameters<typeof create<typeof RowValueSchema>>[1];

function tableOf(names: string[], ...rows: Cell[][]): Table {
  return create(TableSchema, {
    columns: names.map((name) => ({ name })),
    rows: rows.map((values) => ({ values: values.map((cell) => create(RowValueSchema, cell)) })),
  });
}

function frameOf(...fields: AnyField[]): Frame {
  return createFrame({ fields });
}

for (const [name, field, cells] of [
  ["a null", createField("c", "int8", [null]), [{ kind: nothing }]],
  ["a small integer", createField("c", "int8", [-5]), [{ kind: int64, int64Value: -5n }]],
  [
    "a 64-bit integer",
    createField("c", "int64", [2n ** 63n - 1n]),
    [{ kind: int64, int64Value: 2n ** 63n - 1n }],
  ],
  ["an unsigned integer", createField("c", "uint64", [7n]), [{ kind: int64, int64Value: 7n }]],
  ["a double", createField("c", "float64", [1.5]), [{ kind: double, doubleValue: 1.5 }]],
  ["a single", createField("c", "float32", [0.5]), [{ kind: double, doubleValue: 0.5 }]],
  ["NaN as null", createField("c", "float64", [Number.NaN]), [{ kind: nothing }]],
  ["a text", createField("c", "string", [""]), [{ kind: string, stringValue: "" }]],
  ["a bool", createField("c", "bool", [true, false]), [{ kind: bool, boolValue: true }, { kind: bool }]],
  ["a time as milliseconds", createField("c", "time", [1_999_999n]), [{ kind: int64, int64Value: 1n }]],
  ["json as its text", createField("c", "json", [{ a: [1] }]), [{ kind: string, stringValue: '{"a":[1]}' }]],
  ["an enum as its number", createField("c", "enum", [1]), [{ kind: int64, int64Value: 1n }]],
  [
    "an enum as its text",
    createField("c", "enum", [1], { config: { type: { enum: { text: ["off", "on"] } } } }),
    [{ kind: string, stringValue: "on" }],
  ],
] as const) {
  test(`a table cell holds ${name}`, () => {
    const table = frameToTable(frameOf(field));

    assert.deepEqual(table, tableOf(["c"], ...cells.map((cell) => [cell])));
  });
}

test("columns are named as hosts name fields", () => {
  const frame = frameOf(
    createField("plain", "int8", []),
    createField("value", "int8", [], { labels: { host: "a" } }),
    createField("x", "int8", [], { config: { displayName: "shown" } }),
  );

  assert.deepEqual(frameToTable(frame), tableOf(["plain", "value {host=a}", "shown"]));
});

test("a cell cannot hold an infinity", () => {
  assert.throws(() => frameToTable(frameOf(createField("c", "float64", [1, Infinity]))), {
    code: "v1_unsupported",
    message: /"c", row 1: .* Infinity as JSON: send null/,
  });
});

test("a cell cannot hold an unsigned integer of 2^63", () => {
  assert.throws(() => frameToTable(frameOf(createField("c", "uint64", [2n ** 63n]))), {
    code: "v1_unsupported",
    message: /"c" of kind uint64, row 0: .* 9223372036854775808: send the field as float64 or string/,
  });
});

for (const [name, cells, kind, values] of [
  ["integers", [{ kind: int64, int64Value: 1n }], "int64", [1n]],
  ["doubles", [{ kind: double, doubleValue: 1.5 }], "float64", [1.5]],
  [
    "integers and doubles",
    [
      { kind: int64, int64Value: 1n },
      { kind: double, doubleValue: 1.5 },
    ],
    "float64",
    [1, 1.5],
  ],
  ["bools", [{ kind: bool, boolValue: true }], "bool", [true]],
  ["texts", [{ kind: string, stringValue: "a" }], "string", ["a"]],
  ["bytes", [{ kind: bytes, bytesValue: new Uint8Array([98, 255]) }], "string", ["Yv8="]],
  [
    "several kinds",
    [
      { kind: bool, boolValue: true },
      { kind: int64, int64Value: 1n },
    ],
    "string",
    ["true", "1"],
  ],
  ["nulls", [{ kind: nothing }], "string", [null]],
  ["values and nulls", [{ kind: nothing }, { kind: int64, int64Value: 1n }], "int64", [null, 1n]],
] as const) {
  test(`a column of ${name} becomes a nullable ${kind} field`, () => {
    const frame = tableToFrame(tableOf(["c"], ...cells.map((cell) => [cell])), undefined, "B");

    assert.equal(frame.refId, "B");
    assert.deepEqual(
      frame.fields.map((field) => [field.name, field.kind, field.nullable, field.values]),
      [["c", kind, true, values]],
    );
  });
}

for (const [kind, cell, expected] of [
  ["time", { kind: int64, int64Value: 1n }, 1_000_000n],
  ["time", { kind: double, doubleValue: 1.5 }, 1_500_000n],
  ["uint8", { kind: int64, int64Value: 200n }, 200],
  ["float64", { kind: int64, int64Value: 3n }, 3],
  ["int64", { kind: double, doubleValue: 4 }, 4n],
  ["string", { kind: int64, int64Value: 5n }, "5"],
  ["json", { kind: string, stringValue: '{"a":1}' }, { a: 1 }],
  ["json", { kind: int64, int64Value: 6n }, 6],
] as const) {
  test(`a column can be asked for as ${kind}, from cells of kind ${cell.kind}`, () => {
    const { fields } = tableToFrame(tableOf(["c"], [cell]), { c: kind });

    assert.deepEqual([fields[0]?.kind, fields[0]?.values], [kind, [expected]]);
  });
}

for (const [name, cell, kind, code, message] of [
  [
    "an unknown kind of cell",
    { kind: 9 as RowValue_Kind },
    undefined,
    "v1_unsupported",
    /column "c", row 0: .* got 9/,
  ],
  ["a text for a number", { kind: string, stringValue: "x" }, "int8", "invalid_value", /field "c", row 0/],
  [
    "a text that is no JSON",
    { kind: string, stringValue: "{" },
    "json",
    "invalid_value",
    /expected JSON, got "\{"/,
  ],
  [
    "an integer that a double cannot hold",
    { kind: int64, int64Value: 2n ** 53n + 1n },
    "float64",
    "invalid_value",
    /9007199254740993 is not exact as float64: ask for/,
  ],
  ["a value out of range", { kind: int64, int64Value: 300n }, "uint8", "invalid_value", /from 0 to 255/],
] as const) {
  test(`a table refuses ${name}, and says where`, () => {
    const kinds: Record<string, FieldKind> = kind === undefined ? {} : { c: kind };

    assert.throws(() => tableToFrame(tableOf(["c"], [cell]), kinds), { name: "FrameError", code, message });
  });
}

test("json of a table keeps its text, digit by digit", () => {
  const cells = [
    { kind: string, stringValue: '{"n": 9007199254740993}' },
    { kind: int64, int64Value: 2n ** 53n + 1n },
  ];
  const frame = tableToFrame(tableOf(["c"], ...cells.map((cell) => [cell]), [{ kind: nothing }]), {
    c: "json",
  });

  const table = frameToTable(frame);

  const texts = ['{"n": 9007199254740993}', "9007199254740993"];
  const expected = texts.map((stringValue) => [{ kind: string, stringValue }]);
  assert.deepEqual(table, tableOf(["c"], ...expected, [{ kind: nothing }]));
});

test("a row that ends early is filled with null, one that is too long is refused", () => {
  const cell = { kind: int64, int64Value: 1n };

  assert.deepEqual(tableToFrame(tableOf(["a", "b"], [cell])).fields[1]?.values, [null]);
  assert.throws(() => tableToFrame(tableOf(["a"], [cell, cell])), {
    code: "unequal_lengths",
    message: /row 0 of the table has 2 cells/,
  });
});

test("a table comes back from its frame", () => {
  const table = tableOf(
    ["n", "d", "i", "b", "s"],
    [
      { kind: nothing },
      { kind: double, doubleValue: 1.25 },
      { kind: int64, int64Value: 9_007_199_254_740_993n },
      { kind: bool, boolValue: true },
      { kind: string, stringValue: "str" },
    ],
  );

  assert.deepEqual(frameToTable(tableToFrame(table)), table);
});
