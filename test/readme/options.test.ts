import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "../../scripts/readme/pages.ts";

const readme = readFileSync(new URL("README.md", root), "utf8");

/** The names in the first column of a table whose head says what they are options of. */
function optionsInReadme(of: string): string[] {
  const table = readme.split(`\n| option of \`${of}\` |`)[1]?.split("\n\n")[0] ?? "";
  const cells = table.split("\n").flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? "")).sort();
}

/** The members of an interface, as its file has them. */
function membersOf(file: string, name: string): string[] {
  const source = readFileSync(new URL(file, root), "utf8");
  const body =
    source.split(new RegExp(`^export interface ${name}\\b[^{]*\\{$`, "m"))[1]?.split("\n}")[0] ?? "";
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member]) => member ?? "");
}

test("README.md has every option of launchPlugin, and no other", () => {
  const file = "src/host/launch-options.ts";
  const options = [...membersOf(file, "ConnectionOptions"), ...membersOf(file, "LaunchOptions")].sort();

  assert.ok(options.length > 15, options.join());
  assert.deepEqual(optionsInReadme("launchPlugin"), options);
});

test("README.md has every option of servePlugin, and no other", () => {
  const options = membersOf("src/plugin/serve-options.ts", "ServeOptions").sort();

  assert.ok(options.length > 10, options.join());
  assert.deepEqual(optionsInReadme("servePlugin"), options);
});
