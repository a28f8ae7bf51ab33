import assert from "node:assert/strict";
import { test } from "node:test";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone } from "../helpers/processes.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const main = new URL("../../examples/weather-host/main.ts", import.meta.url);

test("the weather host shows health, table, charts and stream, and says what it has proven", async (t) => {
  await privateTmp(t);

  const host = runProgram(t, process.execPath, sourceProgram(main));

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  assert.equal(host.stderr(), "");
  for (const expected of [
    /^health: OK, 2922 days of weather in 2 places$/m,
    /^│ Seattle +│ 2015 │ 365 +│ 144 +│ 35 +│ -3\.8 +│$/m,
    /^New York, °C by month$/m,
    /^Seattle, °C by month$/m,
    /^chunks: 2922 days in 3 chunks, 8605 mm of rain$/m,
    /^stream replay\/new-york: \d+ days in a second, from 2012-01-01 10 °C to 2012-\d\d-\d\d -?[\d.]+ °C$/m,
    /^proven: protocol 2 over unix with process \d+: connected in \d+ ms, .*, stopped with exit code 0 in \d+ ms$/m,
  ]) {
    assert.match(host.stdout(), expected);
  }
  assert.ok(isGone(pluginPid(host.stdout())));
});

test("the weather host does the same by protocol 1", async (t) => {
  await privateTmp(t);

  const host = runProgram(t, process.execPath, sourceProgram(main, "--v1"));

  assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
  assert.match(host.stdout(), /^│ New York +│ 2012 │ 366 +│ 156 +│ 37\.2 +│ -10\.6 +│$/m);
  assert.match(host.stdout(), /^Seattle, °C by month$/m);
  assert.match(host.stdout(), /^proven: protocol 1 over unix with process \d+: /m);
  assert.ok(isGone(pluginPid(host.stdout())));
});

function pluginPid(output: string): number {
  const pid = Number(/with process (\d+)/.exec(output)?.[1]);
  assert.ok(pid > 0, output);
  return pid;
}
