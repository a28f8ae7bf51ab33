import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram, sourceProgram } from "../../helpers/run-program.ts";

test("without undici plain settings are served by the runtime, and others say what is missing", async (t) => {
  const program = runProgram(
    t,
    process.execPath,
    sourceProgram(new URL("./fixtures/without-undici.ts", import.meta.url)),
  );

  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());

  const missing = (what: string): string =>
    `the settings of the data source ask for ${what}, which needs the package undici, and it is not installed: run npm install undici (ERR_MODULE_NOT_FOUND)`;
  assert.deepEqual(program.stdout().trimEnd().split("\n"), [
    `200 Basic ${btoa("me:p")}`,
    missing("options of TLS"),
    missing("httpMaxConnsPerHost"),
    missing("a proxy in the environment"),
  ]);
});
