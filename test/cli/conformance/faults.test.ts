/** The kit finds each planted fault: the check of that name, and no other. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { pluginChecks } from "../../../src/cli/conformance/checks/all-checks.ts";
import { faultPlugin, faultPluginOptions, runKit } from "./run-kit.ts";

/** In CI each fault meets all checks; elsewhere the one that has to find it, because a run starts many plugins. */
const isWhole = Boolean(process.env["CI"] || process.env["TEST_ALL_CHECKS"]);

test("the plugin of the faults passes every check, and no check is left out, while no fault is planted", async () => {
  const run = await runKit("--strict", ...faultPluginOptions, "--", ...faultPlugin("none"));

  assert.deepEqual(
    run.checks.filter(({ verdict }) => verdict !== "passed"),
    [],
  );
  assert.equal(run.exitCode, 0);
  assert.deepEqual(
    run.checks.map(({ name }) => name),
    pluginChecks.map(({ name }) => name),
  );
});

suite("a planted fault is found by its check, and by no other", { concurrency: 2 }, () => {
  for (const { name } of pluginChecks) {
    test(`the fault ${name} is found by that check, and by no other`, async (t) => {
      if (!isWhole) t.diagnostic("against that check alone: set TEST_ALL_CHECKS=1 for all");
      const only = isWhole ? [] : ["--only", name];

      const run = await runKit("--strict", ...only, ...faultPluginOptions, "--", ...faultPlugin(name));

      assert.deepEqual(run.names("failed"), [name], run.printed);
      assert.equal(run.exitCode, 1);
    });
  }
});
