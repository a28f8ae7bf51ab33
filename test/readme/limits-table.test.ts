/** The tables of docs/limits.md: options and fixed bounds, with the test of each. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { namedTests } from "../../scripts/readme/named-tests.ts";
import { root } from "../../scripts/readme/pages.ts";

const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const rows = read("docs/limits.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (option|what) \|/.test(line))
  .map((line) => line.slice(2, -2).split(" | "));

/** The names of the options of an interface. */
function optionsOf(path: string, name: string): string[] {
  const body = read(path).split(`export interface ${name} {`)[1]?.split("\n}")[0] ?? "";
  return [...body.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, option = ""]) => option);
}

suite("the table of limits", () => {
  for (const [side, path, name] of [
    ["host", "src/host/launch-options.ts", "HostLimits"],
    ["plugin", "src/plugin/serve-options.ts", "PluginLimits"],
  ] as const) {
    test(`the table of limits has every option of ${name}`, () => {
      const listed = rows.filter((row) => row[1] === side).map(([option]) => option);
      const options = optionsOf(path, name);

      assert.ok(options.length >= 5, options.join());
      assert.deepEqual(
        options.filter((option) => !listed.includes(`\`${option}\``)),
        [],
      );
    });
  }

  test("the table of limits names a test in each row", () => {
    assert.ok(rows.length >= 28, `${rows.length} rows`);
    for (const row of rows) {
      assert.equal(row.length, 5, row.join(" | "));
      assert.ok(namedTests(row.at(-1) ?? "").length > 0, row.join(" | "));
    }
  });
});
