/** The plugin that watches its host finds each planted fault: the check of that name, and no other. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { hostChecks } from "../../../src/cli/conformance/host/all-host-checks.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { runKit } from "./run-kit.ts";

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

suite("a planted fault of a host is found by its check, and by no other", { concurrency: 3 }, () => {
  for (const { name } of hostChecks) {
    test(`the fault ${name} is found by that check, and by no other`, async () => {
      const run = await runKit("--host", "--strict", "--", ...faultHost(name));

      assert.deepEqual(run.names("failed"), [name], run.printed);
      assert.equal(run.exitCode, 1);
    });
  }
});

test("our own host conforms, and ends its plugin also when it is killed", async () => {
  const program = sourceProgram(new URL("hosts/typescript-host.ts", import.meta.url));

  const run = await runKit("--host", "--strict", "--", process.execPath, ...program, "{plugin}");

  assert.deepEqual(
    run.checks.filter(({ verdict }) => verdict !== "passed"),
    [],
  );
});

test("a command that starts no plugin is told so, and its other checks are left out", async () => {
  const run = await runKit("--host", "--within", "1", "--stop-within", "1", "--", join("/", "bin", "true"));

  assert.deepEqual(run.names("failed"), ["host.starts"], run.printed);
});
