import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { ifMissing } from "../src/optional-peer.ts";
import { atEnd } from "./helpers/at-end.ts";
import { runProgram, sourceProgram } from "./helpers/run-program.ts";

/** A folder whose optional peers have this source. */
async function folderWith(t: TestContext, source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gpp-peers-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  for (const name of ["undici", "@opentelemetry/api", "yaml"]) {
    const at = join(folder, "node_modules", name);
    await mkdir(at, { recursive: true });
    await writeFile(
      join(at, "package.json"),
      JSON.stringify({ name, type: "module", exports: "./index.js" }),
    );
    await writeFile(join(at, "index.js"), source);
  }
  return folder;
}

/** What the uses of undici, of OpenTelemetry and of yaml fail with. */
async function failuresWith(t: TestContext, source: string): Promise<readonly string[]> {
  const fixture = new URL("sdk/fixtures/broken-peers.ts", import.meta.url);
  const program = runProgram(t, process.execPath, sourceProgram(fixture, await folderWith(t, source)));
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  return program.stdout().trimEnd().split("\n");
}

suite("an optional peer that is installed and cannot be loaded", () => {
  test("a peer whose own dependency is missing fails with the name of that dependency", async (t) => {
    const failures = await failuresWith(t, 'import "a-dependency-of-it";');

    assert.equal(failures.length, 3);
    for (const failure of failures) {
      assert.match(failure, /^ERR_MODULE_NOT_FOUND Cannot find package 'a-dependency-of-it' imported from /);
    }
  });

  test("a peer that throws while it is loaded fails with what it throws", async (t) => {
    const failures = await failuresWith(t, 'throw new RangeError("this Node is too old");');

    assert.deepEqual(failures, Array(3).fill("RangeError this Node is too old"));
  });

  test("a peer with a missing file of its own fails with the path of that file", async (t) => {
    const failures = await failuresWith(t, 'import "./lib.js";');

    assert.equal(failures.length, 3);
    for (const failure of failures)
      assert.match(failure, /^ERR_MODULE_NOT_FOUND Cannot find module '.*lib\.js'/);
  });
});

suite("an optional peer that is not installed", () => {
  const missing = (code: string, message: string): Error => Object.assign(new Error(message), { code });

  for (const [who, reason] of [
    ["Node", missing("ERR_MODULE_NOT_FOUND", "Cannot find package 'ws' imported from /srv/plugin.js")],
    [
      "Node by require",
      missing("MODULE_NOT_FOUND", "Cannot find module 'ws'\nRequire stack:\n- /srv/plugin.js"),
    ],
    ["Jest", missing("MODULE_NOT_FOUND", "Cannot find module 'ws' from 'plugin.js'")],
    [
      "Yarn",
      missing(
        "MODULE_NOT_FOUND",
        "Your application tried to access ws, but it isn't declared in your dependencies",
      ),
    ],
  ] as const) {
    test(`a package that is not installed is recognised as ${who} says it`, () => {
      assert.equal(ifMissing("ws", () => "missing")(reason), "missing");
      assert.throws(() => ifMissing("w", () => "missing")(reason), reason);
    });
  }

  test("an error without the code of a missing package is thrown as it is", () => {
    const reason = new Error("Cannot find package 'ws' imported from /srv/plugin.js");

    assert.throws(() => ifMissing("ws", () => "missing")(reason), reason);
  });
});
