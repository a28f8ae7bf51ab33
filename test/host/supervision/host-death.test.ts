import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { suite, type TestContext, test } from "node:test";
import type { PluginState } from "grafana-plugin-protocol/host";
import { fixturePlugin } from "../../helpers/launch.ts";
import { type PrivateTmp, privateTmp } from "../../helpers/private-tmp.ts";
import { processesWith, untilGone } from "../../helpers/processes.ts";
import { type Program, runProgram, sourceProgram } from "../../helpers/run-program.ts";
import { until } from "../../helpers/until.ts";
import { launcher } from "./supervise.ts";

interface Host {
  readonly tmp: PrivateTmp;
  readonly command: string;
  readonly host: Program;
  readonly untilStatus: (status: PluginState["status"], times?: number) => Promise<number>;
}

/** A host that supervises a plugin which does what `lines` say when `<plugin>.again` is there. */
async function startHost(t: TestContext, env: Record<string, string>, lines: string): Promise<Host> {
  const tmp = await privateTmp(t);
  const { command, env: cache } = await launcher(tmp, `if [ -e "$0.again" ]; then ${lines}; fi`, "--deaf");
  const url = new URL("fixtures/host.ts", import.meta.url);
  const host = runProgram(t, process.execPath, sourceProgram(url, command), { ...cache, ...env });
  const states = (): { status: string; pid?: number }[] =>
    host
      .stdout()
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const untilStatus = async (status: string, times = 1): Promise<number> => {
    const seen = await until(
      `the host sees ${status}`,
      () => states().filter((state) => state.status === status)[times - 1],
    ).catch((error) => assert.fail(`${error}: ${host.stdout()}${host.stderr()}`));
    return seen.pid ?? 0;
  };
  return { tmp, command, host, untilStatus };
}

/** Kills the plugin, which then does what it does `again`. */
async function killPlugin({ command, untilStatus }: Host): Promise<void> {
  const pid = await untilStatus("ready");
  await writeFile(`${command}.again`, "");
  process.kill(pid, "SIGKILL");
}

async function untilNothingIsLeft(tmp: PrivateTmp): Promise<void> {
  await until("no process is left", () => processesWith(tmp.path).length === 0);
  await until("no socket is left", () => tmp.leftovers().length === 0);
}

suite("a supervising host that is killed leaves nothing", () => {
  test("a supervising host that is killed leaves nothing while the plugin is ready again", async (t) => {
    const started = await startHost(t, {}, ":");
    await killPlugin(started);
    await started.untilStatus("ready", 2);

    process.kill(started.host.pid, "SIGKILL");

    await started.host.ended;
    await untilNothingIsLeft(started.tmp);
  });

  test("a supervising host that is killed leaves nothing while it backs off", async (t) => {
    const started = await startHost(t, { SLOW: "yes" }, ":");
    await killPlugin(started);
    await started.untilStatus("backing-off");
    assert.deepEqual(
      processesWith(started.tmp.path).map(({ pid }) => pid),
      [started.host.pid],
      "no process but the host is there",
    );

    process.kill(started.host.pid, "SIGKILL");

    await started.host.ended;
    await untilNothingIsLeft(started.tmp);
  });

  test("a supervising host that is killed leaves nothing while the plugin has not printed its handshake line", async (t) => {
    const started = await startHost(t, {}, "exec sleep 1000");
    await killPlugin(started);
    await until("the plugin sleeps", () =>
      processesWith(started.tmp.path).some(({ command }) => command === "sleep 1000"),
    );

    process.kill(started.host.pid, "SIGKILL");

    await started.host.ended;
    await untilNothingIsLeft(started.tmp);
  });
});

suite("a host that is killed right after it started a plugin leaves nothing", () => {
  for (const [moment, when] of [
    ["at-once", "before it knows"],
    ["soon", "before it hears from it"],
  ] as const) {
    test(`a host that is killed right after it started a plugin leaves nothing, ${when}`, async (t) => {
      const tmp = await privateTmp(t);
      const command = await tmp.writeExecutable("#!/bin/sh\nexec sleep 1000\n");
      const dying = new URL("fixtures/die-after-spawn.ts", import.meta.url).pathname;
      const program = sourceProgram(new URL("fixtures/host.ts", import.meta.url), command);

      const host = runProgram(t, process.execPath, ["--import", dying, ...program], { DIE: moment });

      assert.deepEqual(await host.ended, { code: null, signal: "SIGKILL" }, host.stderr());
      await untilNothingIsLeft(tmp);
    });
  }
});

suite("a plugin of ours that nobody watches", () => {
  test("a plugin of ours that nobody watches ends when its host was killed before it printed its handshake line", async (t) => {
    const tmp = await privateTmp(t);
    const { command, args } = fixturePlugin();
    const start = `
      const [command, ...args] = process.argv.slice(1);
      const stdio = ["ignore", "pipe", "ignore"];
      const env = { ...process.env, grafana_plugin_type: "datasource" };
      const child = require("node:child_process").spawn(command, args, { detached: true, env, stdio });
      require("node:fs").writeSync(1, child.pid + "\\n");
      process.kill(process.pid, "SIGKILL");`;

    const host = runProgram(t, process.execPath, ["--eval", start, command, ...args]);
    const pid = Number(await host.firstLine());

    assert.equal((await host.ended).signal, "SIGKILL");
    await untilGone(pid);
    await untilNothingIsLeft(tmp);
  });
});

suite("a supervising host ends by itself", () => {
  const cases = [
    ["ready", ":"],
    ["backing-off", ":"],
    ["starting", "exec sleep 1000"],
    ["failed", "exit 3"],
  ] as const;
  for (const [status, lines] of cases) {
    test(`a supervising host ends by itself after close() while the plugin is ${status}`, async (t) => {
      const env = { CLOSE_IN: status, RELOAD: "yes", SLOW: status === "backing-off" ? "yes" : "" };
      const started = await startHost(t, env, lines);
      if (status !== "ready") await killPlugin(started);

      assert.deepEqual(await started.host.ended, { code: 0, signal: null }, started.host.stderr());
      assert.match(started.host.stdout(), /"status":"stopped",.*"reason":"closed"}\n$/);
      await untilNothingIsLeft(started.tmp);
    });
  }

  test("a supervising host ends by itself after the plugin has failed", async (t) => {
    const started = await startHost(t, {}, "exit 3");
    await killPlugin(started);

    assert.deepEqual(await started.host.ended, { code: 0, signal: null }, started.host.stderr());
    assert.match(started.host.stdout(), /"status":"failed",.*"reason":"restart_limit"}\n$/);
  });
});
