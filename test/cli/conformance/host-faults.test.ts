/** The plugin that watches its host finds each planted fault: the check of that name, and no other. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { hostChecks } from "../../../src/cli/conformance/host/all-host-checks.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { runKit } from "./run-kit.ts";

/**
 * With TEST_ALL_CHECKS each fault meets all checks; else the one that has to find it: a run starts eight hosts, whose
 * waits are too short for a busy machine, so that other checks may find something, too.
 */
const isWhole = Boolean(process.env["TEST_ALL_CHECKS"]);
const host = new URL("hosts/fault-host.ts", import.meta.url);

function faultHost(fault: string): readonly string[] {
  return ["env", `FAULT=${fault}`, process.execPath, ...sourceProgram(host), "{plugin}"];
}

test("the host of the faults passes every check, and no check is left out, while no fault is planted", async () => {
  const run = await runKit("--host", "--strict", "--", ...faultHost("none"));

  assert.deepEqual(
    run.checks.filter(({ verdict }) => verdict !== "passed"),
    [],
  );
  assert.equal(run.exitCode, 0);
});

suite("a planted fault of a host is found by its check, and by no other", { concurrency: 2 }, () => {
  for (const { name } of hostChecks) {
    test(`the fault ${name} is found by that check, and by no other`, async (t) => {
      if (!isWhole) t.diagnostic("against that check alone: set TEST_ALL_CHECKS=1 for all");
      const only = isWhole ? [] : ["--only", name];

      const run = await runKit("--host", "--strict", ...only, "--", ...faultHost(name));

      assert.deepEqual(run.names("failed"), [name], run.printed);
      assert.equal(run.exitCode, 1);
    });
  }
});
