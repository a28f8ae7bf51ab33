import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);
const trap = ["--import", fileURLToPath(fixture("lean-trap.ts"))];

test("a start, a call and a stream without TLS make no Headers and load no crypto, on either side", async (t) => {
  await privateTmp(t);
  const plugin = [process.execPath, ...trap, ...sourceProgram(fixture("lean-plugin.ts"))];
  const host = runProgram(t, process.execPath, [
    ...trap,
    ...sourceProgram(fixture("lean-host.ts"), ...plugin),
  ]);

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());

  assert.deepEqual(JSON.parse(host.stdout()), { host: [], plugin: [] });
});
