/** The two tables at the end of docs/handshake.md: features and go-plugin's own tests, with ours. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { root } from "../../scripts/readme/pages.ts";
import { missing, namedTests } from "./named-tests.ts";

const page = readFileSync(new URL("docs/handshake.md", root), "utf8");

/** The cells of a section's table, without its head. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

suite("the table of features", () => {
  const rows = rowsBelow("Every feature, and its test");

  test("has five cells in each row, and something in every one", () => {
    assert.ok(rows.length > 60, `${rows.length} rows`);
    for (const row of rows) {
      assert.equal(row.length, 5, row.join(" | "));
      for (const cell of row) assert.match(cell, /\w\w/, row.join(" | "));
    }
  });

  test("names a test in each row, or says why there is none", () => {
    for (const row of rows) {
      const cell = row.at(-1) ?? "";
      assert.ok(namedTests(cell).length > 0 || /^none: .{10}/.test(cell), row.join(" | "));
    }
  });

  test("has each feature once", () => {
    const features = rows.map(([feature]) => feature);

    assert.deepEqual(
      features.filter((feature, index) => features.indexOf(feature) !== index),
      [],
    );
  });
});

suite("the list of go-plugin's tests", () => {
  const rows = rowsBelow("go-plugin's own tests");

  test("has every test of go-plugin, in the order of the alphabet", () => {
    const golden = readFileSync(new URL("test/golden/go-plugin-tests.txt", root), "utf8");
    const names = golden.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

    assert.ok(names.length > 60);
    assert.deepEqual(
      rows.map(([name]) => name),
      names.map((name) => `\`${name}\``),
    );
  });

  test("has one of ours for each, or says why not", () => {
    for (const [name, about, ours, ...more] of rows) {
      assert.deepEqual(more, []);
      assert.match(about ?? "", /\w\w/, name);
      assert.ok(namedTests(ours ?? "").length > 0 || /^none: .{10}/.test(ours ?? ""), `${name}: ${ours}`);
    }
  });
});

test("every test that docs/handshake.md names is there", () => {
  const named = namedTests(page);

  assert.ok(named.length > 150, `${named.length} tests`);
  assert.deepEqual(
    named.map(missing).filter((problem) => problem !== undefined),
    [],
  );
});

test("a test that is not there is noticed", () => {
  const text =
    '`host/close` "closing a plugin twice is one end", "thrice is one end", "closing a plugin happens at…", "ends in…"; `host/nothing` "a name"; ' +
    '`host/start-failures` "a plugin that fails its start prints net/rpc by name", "prints net/rpc by accident"; `interop/matrix` "of nothing"; ' +
    '`chaos/chaos` "… faults lose nothing", "… floods lose nothing"';

  assert.deepEqual(namedTests(text).map(missing), [
    undefined,
    'test/host/close.test.ts has no test "thrice is one end"',
    undefined,
    'test/host/close.test.ts has no test "ends in…"',
    "there is no test/host/nothing.test.ts",
    undefined,
    'test/host/start-failures.test.ts has no test "prints net/rpc by accident"',
    'test/interop/matrix.test.ts has no test "of nothing"',
    undefined,
    'test/chaos/chaos.test.ts has no test "… floods lose nothing"',
  ]);
});
