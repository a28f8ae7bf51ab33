import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "../../scripts/readme/pages.ts";

/** The names in the first column of a table whose head says what they are options of. */
function optionsIn(page: string, of: string): string[] {
  const text = readFileSync(new URL(page, root), "utf8");
  const table = text.split(`\n| option of \`${of}\` |`)[1]?.split("\n\n")[0] ?? "";
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

test("docs/host.md has every option of launchPlugin, and no other", () => {
  const file = "src/host/launch-options.ts";
  const options = [...membersOf(file, "ConnectionOptions"), ...membersOf(file, "LaunchOptions")].sort();

  assert.ok(options.length > 15, options.join());
  assert.deepEqual(optionsIn("docs/host.md", "launchPlugin"), options);
});

for (const [launcher, file, name, least] of [
  ["supervisePlugin", "src/host/supervision/supervise-options.ts", "SuperviseOptions", 6],
  ["attachPlugin", "src/host/attach/attach-options.ts", "AttachOptions", 2],
] as const) {
  test(`docs/host.md has every option that only ${launcher} has, and no other`, () => {
    const listed = optionsIn("docs/host.md", launcher);
    const options = membersOf(file, name).sort();

    assert.ok(options.length >= least, options.join());
    assert.deepEqual(listed, options);
  });
}

test("docs/plugin.md has every option of servePlugin, and no other", () => {
  const options = membersOf("src/plugin/serve-options.ts", "ServeOptions").sort();

  assert.ok(options.length > 10, options.join());
  assert.deepEqual(optionsIn("docs/plugin.md", "servePlugin"), options);
});

test("docs/errors.md has every code of a PluginError, and no other", () => {
  const source = readFileSync(new URL("src/errors.ts", root), "utf8");
  const known = source.split("type KnownPluginErrorCode =")[1]?.split(";")[0] ?? "";
  const codes = [...known.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const page = readFileSync(new URL("docs/errors.md", root), "utf8");
  const table = page.split("\n| code of `PluginError` |")[1] ?? "";
  const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);

  assert.ok(codes.length > 20, codes.join());
  assert.deepEqual(listed.sort(), codes.sort());
});

test("docs/gateway-live.md has every option of Live, and no other", () => {
  const options = membersOf("src/gateway/live/live-options.ts", "GatewayLiveOptions").sort();

  assert.ok(options.length >= 10, options.join());
  assert.deepEqual(optionsIn("docs/gateway-live.md", "live"), options);
});
