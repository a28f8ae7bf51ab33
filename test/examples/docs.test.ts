import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const examples = join(import.meta.dirname, "..", "..", "examples");
const programs = globSync("{docs,sdk}/*.ts", { cwd: examples }).sort();

test("the programs of the docs are there", () => {
  assert.ok(programs.length > 10, programs.join());
});

for (const name of programs) {
  test(`what examples/${name} prints is what its comments say`, async (t) => {
    const path = join(examples, name);
    const promised = [...readFileSync(path, "utf8").matchAll(/\/\/ → (?<line>.*)$/gm)];

    const program = runProgram(t, process.execPath, sourceProgram(pathToFileURL(path)));

    assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
    assert.equal(program.stderr(), "");
    assert.deepEqual(
      program.stdout().trimEnd().split("\n"),
      promised.map(({ groups }) => groups?.["line"]),
    );
  });
}
