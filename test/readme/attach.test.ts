import assert from "node:assert/strict";
import { test } from "node:test";
import { root } from "../../scripts/readme/pages.ts";
import { runDeveloped } from "../helpers/developed-plugin.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

test("the README's attaching host takes what a plugin printed, and leaves it running", async (t) => {
  await privateTmp(t);
  const plugin = runDeveloped(t, { DEBUG: "on" });
  const line = await plugin.firstLine();
  const example = new URL("examples/readme/attach.ts", root);

  for (const round of [1, 2]) {
    const host = runProgram(t, process.execPath, sourceProgram(example, line));

    assert.deepEqual(await host.ended, { code: 0, signal: null }, `${round}: ${host.stderr()}`);
    assert.match(host.stdout(), new RegExp(`^\\w+: ${plugin.pid}\n$`));
  }

  process.kill(plugin.pid, "SIGINT");
  assert.deepEqual(await plugin.ended, { code: 0, signal: null });
});
