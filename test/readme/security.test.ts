/** docs/security.md and docs/gateway-security.md: each promise has its test. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { namedTests } from "../../scripts/readme/named-tests.ts";
import { root } from "../../scripts/readme/pages.ts";

for (const page of ["docs/security.md", "docs/gateway-security.md"]) {
  const rows = readFileSync(new URL(page, root), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| threat |"))
    .map((line) => line.slice(2, -2).split(" | "));

  suite(`the tables of ${page}`, () => {
    test(`the tables of ${page} name a test in each row`, () => {
      assert.ok(rows.length >= 18, `${rows.length} rows`);
      const without = rows.filter((row) => namedTests(row.at(-1) ?? "").length === 0);

      assert.deepEqual(without, []);
    });
  });
}
