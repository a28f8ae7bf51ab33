import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);
const trap = ["--import", fileURLToPath(fixture("lean-trap.ts"))];

test("without TLS neither side makes a Headers, or loads crypto or fetch, from its start to its end", async (t) => {
  const { path } = await privateTmp(t);
  const plugin = [process.execPath, ...trap, ...sourceProgram(fixture("lean-plugin.ts"))];
  const host = runProgram(
    t,
    process.execPath,
    [...trap, ...sourceProgram(fixture("lean-host.ts"), ...plugin)],
    { LEAN_DIRECTORY: path },
  );

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());

  for (const program of ["lean-host.ts", "lean-plugin.ts"]) {
    assert.deepEqual(JSON.parse(await readFile(join(path, program), "utf8")), [], program);
  }
});
