import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePaths } from "../../../src/sdk/streams/path-routes.ts";

const patterns = [
  "a",
  "a/b",
  "a/:one",
  "a/:one/c",
  "a/*",
  ":one",
  ":one/:two",
  ":one/:two/c",
  "x/:one/y/*",
  "*",
];
const find = compilePaths(Object.fromEntries(patterns.map((pattern) => [pattern, pattern])));

for (const [path, pattern, params] of [
  ["a", "a", {}],
  ["b", ":one", { one: "b" }],
  ["a/b", "a/b", {}],
  ["a/x", "a/:one", { one: "x" }],
  ["a/x/c", "a/:one/c", { one: "x" }],
  ["a/x/d", "a/*", { "*": "x/d" }],
  ["a/", "a/*", { "*": "" }],
  ["b/c", ":one/:two", { one: "b", two: "c" }],
  ["b/c/c", ":one/:two/c", { one: "b", two: "c" }],
  ["b/c/d", "*", { "*": "b/c/d" }],
  ["x/1/y/2/3", "x/:one/y/*", { one: "1", "*": "2/3" }],
  ["", "*", { "*": "" }],
] as const) {
  test(`the path ${JSON.stringify(path)} is that of ${pattern}`, () => {
    const match = find(path);

    assert.equal(match?.route, pattern);
    assert.deepEqual({ ...match?.params }, params);
  });
}

test("a path that no pattern matches has no route", () => {
  const few = compilePaths({ "a/:one": 1, "b/*": 2 });

  for (const path of ["", "a", "a/", "a/b/c", "b", "c/d", "A/b"]) assert.equal(few(path), undefined, path);
});

test("a parameter with a name of Object's prototype is a parameter", () => {
  const found = compilePaths({ ":__proto__/:constructor": 1 })("x/y");

  assert.deepEqual(Object.entries(found?.params ?? {}), [
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});
