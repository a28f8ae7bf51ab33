import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { isReachable } from "../../src/host/client/is-reachable.ts";
import { developedPlugin, runDeveloped } from "../helpers/developed-plugin.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { type Program, runProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";

const go = await buildGoPeers();

/** A plugin of the SDK in a directory of its own with its plugin.json, as a host finds it, and its standalone process. */
async function startGoStandalone(
  t: TestContext,
  directory: string,
  built: string,
): Promise<{ readonly executable: string; readonly program: Program; readonly address: string }> {
  const executable = join(directory, "gpx_standalone");
  copyFileSync(built, executable);
  chmodSync(executable, 0o755);
  writeFileSync(
    join(directory, "plugin.json"),
    '{"id":"gpp-standalone-datasource","executable":"gpx_standalone"}',
  );
  // It looks for plugin.json below its working directory.
  const program = runProgram(t, "/bin/sh", ["-c", `cd "${directory}" && exec "${executable}" -standalone`]);
  await until("the plugin has written its files", () => existsSync(join(directory, "pid.txt")));
  const address = readFileSync(join(directory, "standalone.txt"), "utf8");
  // It writes them before it listens.
  const port = Number(address.slice(1));
  await until("the plugin listens", () => isReachable({ network: "tcp", host: "127.0.0.1", port }));
  return { executable, program, address };
}

if (go === undefined) test("standalone mode between Go and TypeScript", { skip: withoutGo }, () => {});
else {
  suite("standalone mode", () => {
    test("standalone mode of a Go plugin: our host follows the locator to it, and tolerates what it lacks", async (t) => {
      const { path } = await privateTmp(t);
      const { executable, program, address } = await startGoStandalone(t, path, go.standalone);
      assert.match(address, /^:\d+$/);

      const plugin = await launchPlugin({ command: executable, protocols: [v2] });
      const { message } = await plugin.diagnostics.checkHealth({ pluginContext: {} });
      await plugin.close({ graceMs: 100 });

      assert.equal(message, String(program.pid));
      assert.equal((await plugin.process.exited).signal, "SIGKILL");
      process.kill(program.pid, "SIGINT");
      await program.ended;
    });

    test("standalone mode of our plugin: a Go host follows the locator to it", async (t) => {
      const { path } = await privateTmp(t);
      const program = runDeveloped(t, { STANDALONE: path }, "-standalone");
      await program.untilStderr(/standalone plugin serves/);
      const { command, args } = developedPlugin();

      const host = runProgram(t, go.attach, ["call", command, ...args], { STANDALONE: path });

      assert.deepEqual(await host.ended, { code: 0, signal: null }, host.stderr());
      assert.equal(host.stdout(), `${program.pid}\n`);
    });
  });
}
