import assert from "node:assert/strict";
import { test } from "node:test";
import { frameFromObjects } from "../../src/frames/frame-from-objects.ts";

test("members of nested objects become columns with dotted names, in the order of the rows", () => {
  const rows = [
    { at: new Date(0), host: { name: "a", cpu: { user: 1 } }, tags: ["x"] },
    { at: new Date(1), host: { cpu: { user: 2, system: 3 } }, up: true, id: 5n },
  ];

  const { fields } = frameFromObjects(rows, { flatten: true });

  assert.deepEqual(
    fields.map(({ name, kind, values }) => [name, kind, values]),
    [
      ["at", "time", [0n, 1_000_000n]],
      ["host.name", "string", ["a", null]],
      ["host.cpu.user", "float64", [1, 2]],
      ["tags", "json", [["x"], null]],
      ["host.cpu.system", "float64", [null, 3]],
      ["up", "bool", [null, true]],
      ["id", "int64", [null, 5n]],
    ],
  );
});

test("without flatten a nested object is a json value", () => {
  const { fields } = frameFromObjects([{ host: { name: "a" } }]);

  assert.deepEqual(
    fields.map(({ name, kind, values }) => [name, kind, values]),
    [["host", "json", [{ name: "a" }]]],
  );
});

test("named columns come first, have their kind, and may be left out", () => {
  const rows = [{ a: 1, b: { c: 2, d: { e: 1 } }, x: 9 }];

  const { fields, name } = frameFromObjects(rows, {
    flatten: true,
    name: "n",
    columns: { "b.c": { kind: "int32", config: { unit: "s" } }, missing: "string", x: false, "b.d": "json" },
  });

  assert.equal(name, "n");
  assert.deepEqual(
    fields.map(({ name, kind, values, config }) => [name, kind, values, config]),
    [
      ["b.c", "int32", [2], { unit: "s" }],
      ["missing", "string", [null], undefined],
      ["b.d", "json", [{ e: 1 }], undefined],
      ["a", "float64", [1], undefined],
    ],
  );
});

test("values of several kinds, and nulls alone, are json", () => {
  const { fields } = frameFromObjects([
    { mixed: 1, none: null },
    { mixed: "a", none: undefined },
  ]);

  assert.deepEqual(
    fields.map(({ kind, values }) => [kind, values]),
    [
      ["json", [1, "a"]],
      ["json", [null, null]],
    ],
  );
});

test("numbers beside bigints, as parsers that keep all digits give them, are one kind of number", () => {
  const big = 2n ** 60n + 1n;
  const rows = [
    { id: 1, load: 0.5, huge: 1, mixed: 2n, none: null },
    { id: big, load: 2n, huge: 2n ** 64n, mixed: "x", none: null },
    { id: null, load: null, huge: null, mixed: 1 },
  ];

  const { fields } = frameFromObjects(rows);

  assert.deepEqual(
    fields.map(({ name, kind, values }) => [name, kind, values]),
    [
      ["id", "int64", [1n, big, null]],
      ["load", "float64", [0.5, 2, null]],
      ["huge", "float64", [1, 2 ** 64, null]],
      ["mixed", "json", ["2", "x", 1]],
      ["none", "json", [null, null, null]],
    ],
  );
});

test("a map in place of an object, and a bigint within json, are refused with what is wrong", () => {
  assert.throws(
    () => frameFromObjects([new Map([["a", 1]])]),
    /row 0: expected an object, such as Object\.fromEntries/,
  );
  assert.throws(
    () => frameFromObjects([{ a: { b: 1n } }]),
    /field "a", row 0: .*JSON can hold, got none: .*BigInt/,
  );
});

test("members may be named as those of every object", () => {
  const rows = [JSON.parse('{"__proto__":1,"constructor":2,"toString":{"__proto__":3}}') as object];

  const { fields } = frameFromObjects(rows, { flatten: true });

  assert.deepEqual(
    fields.map(({ name, values }) => [name, values[0]]),
    [
      ["__proto__", 1],
      ["constructor", 2],
      ["toString.__proto__", 3],
    ],
  );
});

test("rows that are no objects, and objects nested without end, are refused", () => {
  const endless: Record<string, unknown> = {};
  endless["a"] = endless;

  assert.throws(() => frameFromObjects([1 as unknown as object]), { code: "invalid_value" });
  assert.throws(() => frameFromObjects(5 as unknown as object[]), { code: "invalid_value" });
  assert.throws(() => frameFromObjects([endless], { flatten: true }), { code: "limit_exceeded" });
});

test("more cells than the limit are refused", () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({ [`m${i}`]: i }));

  assert.throws(() => frameFromObjects(rows, { maxCells: 50 }), { code: "limit_exceeded" });
  assert.equal(frameFromObjects(rows, { maxCells: 100 }).fields.length, 10);
});
