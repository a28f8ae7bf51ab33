/** The plugin that watches, on hosts that conform. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { runKit } from "./run-kit.ts";

const go = await buildGoPeers();

test("our own host conforms, and ends its plugin also when it is killed", async (t) => {
  await privateTmp(t);
  const program = sourceProgram(new URL("hosts/typescript-host.ts", import.meta.url));

  const run = await runKit("--host", "--strict", "--", process.execPath, ...program, "{plugin}");

  assert.deepEqual(
    run.checks.filter(({ verdict }) => verdict !== "passed"),
    [],
  );
  assert.equal(run.exitCode, 0);
});

test(
  "the official Go host conforms; that its plugin outlives it when it is killed is advice",
  go === undefined ? { skip: withoutGo } : {},
  async (t) => {
    await privateTmp(t);
    const cases = ["-only", "CheckHealth|CollectMetrics|QueryData echo|CallResource|RunStream count"];

    const run = await runKit("--host", "--", go?.host ?? "", ...cases, "--", "{plugin}");

    assert.deepEqual(
      run.checks
        .filter(({ verdict }) => verdict !== "passed")
        .map(({ name, verdict }) => ({ name, verdict })),
      [{ name: "host.killed", verdict: "advice" }],
    );
    assert.equal(run.exitCode, 0);
  },
);

test("a command that starts no plugin fails that check, and all others are left out", async (t) => {
  await privateTmp(t);

  const run = await runKit("--host", "--", "/bin/true", "{plugin}");

  assert.deepEqual(run.names("failed"), ["host.starts"]);
  assert.equal(run.names("left out").length, run.checks.length - 1);
  assert.equal(run.exitCode, 1);
});
