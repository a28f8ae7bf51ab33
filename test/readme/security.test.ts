/** docs/security.md: each promise has its test. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { root } from "../../scripts/readme/pages.ts";
import { missing, namedTests } from "./named-tests.ts";

const rows = readFileSync(new URL("docs/security.md", root), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| threat |"))
  .map((line) => line.slice(2, -2).split(" | "));

suite("the tables of docs/security.md", () => {
  test("name a test in each row, and each is there", () => {
    assert.ok(rows.length >= 18, `${rows.length} rows`);
    const problems = rows.flatMap((row) => {
      const named = namedTests(row.at(-1) ?? "");
      return named.length === 0 ? [`no test in: ${row[0]}`] : named.map(missing);
    });

    assert.deepEqual(
      problems.filter((problem) => problem !== undefined),
      [],
    );
  });
});
