import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { attachPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { runDeveloped } from "../helpers/developed-plugin.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone } from "../helpers/processes.ts";
import { runProgram } from "../helpers/run-program.ts";
import { typeScriptPlugin } from "./fixture-commands.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const go = await buildGoPeers();
if (go === undefined) test("attaching between Go and TypeScript", { skip: withoutGo }, () => {});
else {
  suite("our host attaches", () => {
    test("our host attaches to a Go plugin in go-plugin's test mode, and ends it when told to", async (t) => {
      await privateTmp(t);
      const program = runProgram(t, go.attach, ["plugin"]);

      const plugin = await attachPlugin({ attachInfo: await program.firstLine(), protocols: [v2] });
      const { message } = await plugin.diagnostics.checkHealth({});
      await plugin.close({ shutdown: true });

      assert.equal(message, "go healthy");
      assert.equal(plugin.attachInfo.pid, program.pid);
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });

    test("our host attaches to a Go plugin that a Go host launched, and leaves it running", async (t) => {
      await privateTmp(t);
      const host = runProgram(t, go.attach, ["launch", go.plugin], { FIXTURE_MAJORS: "2" }, "pipe");
      const attachInfo = await host.firstLine();

      for (const expected of ["fixture healthy", "fixture healthy"]) {
        const plugin = await attachPlugin({ attachInfo, protocols: [v2] });
        const { message } = await plugin.diagnostics.checkHealth({ pluginContext: {} });
        await plugin.close();
        assert.equal(message, expected);
      }
      const watching = await attachPlugin({ attachInfo, protocols: [v2] });
      host.child.stdin?.end();

      assert.deepEqual(await host.ended, { code: 0, signal: null });
      assert.equal((await watching.closed).code, "attach_gone");
    });

    test("our host attaches to a plugin of ours that a Go host launched", async (t) => {
      await privateTmp(t);
      const command = [typeScriptPlugin.command, ...typeScriptPlugin.args];
      const host = runProgram(t, go.attach, ["launch", ...command], { FIXTURE_MAJORS: "2" }, "pipe");

      const plugin = await attachPlugin({ attachInfo: await host.firstLine(), protocols: [v2] });
      const { message } = await plugin.diagnostics.checkHealth({ pluginContext: {} });
      await plugin.close();
      host.child.stdin?.end();

      assert.equal(message, "fixture healthy");
      assert.deepEqual(await host.ended, { code: 0, signal: null });
    });
  });

  suite("a Go host attaches", () => {
    for (const network of ["unix", "tcp"]) {
      test(`a Go host attaches to our plugin under a debugger over ${network}, and does not kill it`, async (t) => {
        await privateTmp(t);
        const program = runDeveloped(t, { DEBUG: "on", NETWORK: network });
        const line = await program.firstLine();

        for (const round of [1, 2]) {
          const host = runProgram(t, go.attach, ["host", line]);
          assert.deepEqual(await host.ended, { code: 0, signal: null }, `${round}: ${host.stderr()}`);
          assert.equal(host.stdout(), `${program.pid}\n`);
        }

        assert.equal(isGone(program.pid), false);
        process.kill(program.pid, "SIGTERM");
        await program.ended;
      });
    }

    test("a Go host attaches to our plugin, and ends it by Shutdown when it is not in test mode", async (t) => {
      await privateTmp(t);
      const program = runDeveloped(t, { DEBUG: "on" });
      const info = { ...JSON.parse(await program.firstLine()), Test: false };

      const host = runProgram(t, go.attach, ["host", JSON.stringify(info)]);

      assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });
  });
}
