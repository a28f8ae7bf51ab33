import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "./helpers/run-program.ts";

// The function is taken away in a process of its own, as it is missing in Node 20.
for (const call of ["launchPlugin", "attachPlugin", "supervisePlugin", "servePlugin"]) {
  test(`${call} on a Node that is too old says which one is needed`, async (t) => {
    const code = `
      const host = await import("grafana-plugin-protocol/host");
      const plugin = await import("grafana-plugin-protocol/plugin");
      delete Promise.withResolvers;
      try {
        await { ...host, ...plugin }.${call}({});
      } catch (error) {
        console.log(error.code, error.message);
      }
    `;
    const conditions = "--conditions=grafana-plugin-protocol-source";
    const program = runProgram(t, process.execPath, [conditions, "--input-type=module", "--eval", code]);

    assert.match(
      await program.firstLine(),
      /^unsupported_runtime expected Node 22\.12 or newer, .* this is Node [\d.]+: run /,
    );
  });
}
