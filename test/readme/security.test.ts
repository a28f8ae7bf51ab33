/** docs/security.md: each promise has its test. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { namedTests } from "../../scripts/readme/named-tests.ts";
import { root } from "../../scripts/readme/pages.ts";

const rows = readFileSync(new URL("docs/security.md", root), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| threat |"))
  .map((line) => line.slice(2, -2).split(" | "));

suite("the tables of docs/security.md", () => {
  test("the tables of docs/security.md name a test in each row", () => {
    assert.ok(rows.length >= 18, `${rows.length} rows`);
    const without = rows.filter((row) => namedTests(row.at(-1) ?? "").length === 0);

    assert.deepEqual(without, []);
  });
});
