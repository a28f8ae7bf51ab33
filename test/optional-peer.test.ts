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

/** What the uses of undici, of OpenTelemetry and of yaml fail with. The last one says what to do in front of the reason. */
async function failuresWith(t: TestContext, source: string): Promise<readonly string[]> {
  const fixture = new URL("sdk/fixtures/broken-peers.ts", import.meta.url);
  const program = runProgram(t, process.execPath, sourceProgram(fixture, await folderWith(t, source)));
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  return program.stdout().trimEnd().split("\n");
}

suite("an optional peer that is installed and cannot be loaded", () => {
  for (const [what, source, code, reason] of [
    [
      "whose own dependency is missing fails with the name of that dependency",
      'import "a-dependency-of-it";',
      "ERR_MODULE_NOT_FOUND",
      "Cannot find package 'a-dependency-of-it' imported from .+",
    ],
    [
      "that throws while it is loaded fails with what it throws",
      'throw new RangeError("this Node is too old");',
      "RangeError",
      "this Node is too old",
    ],
    [
      "with a missing file of its own fails with the path of that file",
      'import "./lib.js";',
      "ERR_MODULE_NOT_FOUND",
      "Cannot find module '.*lib\\.js' imported from .+",
    ],
  ] as const) {
    test(`a peer ${what}`, async (t) => {
      const failures = await failuresWith(t, source);

      assert.equal(failures.length, 3);
      const [undici = "", openTelemetry = "", yaml = ""] = failures;
      for (const failure of [undici, openTelemetry]) {
        assert.match(failure, new RegExp(`^${code} ${reason}$`));
      }
      assert.match(
        yaml,
        new RegExp(
          `^peer_broken .* package yaml, which is installed and cannot be loaded \\(${reason}\\): install it again$`,
        ),
      );
    });
  }
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
