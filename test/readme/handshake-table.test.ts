/** The two tables at the end of docs/handshake.md: features and go-plugin's own tests, with ours. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { namedTests } from "../../scripts/readme/named-tests.ts";
import { root } from "../../scripts/readme/pages.ts";

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

  test("the table of features has five cells in each row, and something in every one", () => {
    assert.ok(rows.length > 60, `${rows.length} rows`);
    for (const row of rows) {
      assert.equal(row.length, 5, row.join(" | "));
      for (const cell of row) assert.match(cell, /\w\w/, row.join(" | "));
    }
  });

  test("the table of features names a test in each row, or says why there is none", () => {
    for (const row of rows) {
      const cell = row.at(-1) ?? "";
      assert.ok(namedTests(cell).length > 0 || /^none: .{10}/.test(cell), row.join(" | "));
    }
  });

  test("the table of features has each feature once", () => {
    const features = rows.map(([feature]) => feature);

    assert.deepEqual(
      features.filter((feature, index) => features.indexOf(feature) !== index),
      [],
    );
  });
});

suite("the list of go-plugin's tests", () => {
  const rows = rowsBelow("go-plugin's own tests");

  test("the list of go-plugin's tests has every test of go-plugin, in the order of the alphabet", () => {
    const golden = readFileSync(new URL("test/golden/go-plugin-tests.txt", root), "utf8");
    const names = golden.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

    assert.ok(names.length > 60);
    assert.deepEqual(
      rows.map(([name]) => name),
      names.map((name) => `\`${name}\``),
    );
  });

  test("the list of go-plugin's tests has one of ours for each, or says why not", () => {
    for (const [name, about, ours, ...more] of rows) {
      assert.deepEqual(more, []);
      assert.match(about ?? "", /\w\w/, name);
      assert.ok(namedTests(ours ?? "").length > 0 || /^none: .{10}/.test(ours ?? ""), `${name}: ${ours}`);
    }
  });
});
