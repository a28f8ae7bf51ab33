import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const trap = ["--import", fileURLToPath(new URL("../host/fixtures/lean-trap.ts", import.meta.url))];
const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);

test("a data source without resources loads no fetch, from its start to its end", async (t) => {
  const { path } = await privateTmp(t);
  const plugin = [process.execPath, ...trap, ...sourceProgram(fixture("lean-data-source.ts"))];
  const host = runProgram(t, process.execPath, sourceProgram(fixture("lean-host.ts"), ...plugin), {
    LEAN_DIRECTORY: path,
  });

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());

  assert.deepEqual(JSON.parse(await readFile(join(path, "lean-data-source.ts"), "utf8")), []);
});
