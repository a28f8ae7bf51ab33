import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { fixturePlugin } from "../helpers/launch.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { isGone, processesWith, untilGone } from "../helpers/processes.ts";
import { type Program, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";

/** Starts a host with a plugin (a `--deaf` one lives on whatever it is told), and waits until the two are connected. */
async function startHost(
  t: TestContext,
  after: string,
  ...flags: string[]
): Promise<{ tmp: PrivateTmp; host: Program; pluginPid: number }> {
  const tmp = await privateTmp(t);
  const { command, args } = fixturePlugin(...flags);
  const host = runProgram(
    t,
    process.execPath,
    sourceProgram(new URL("fixtures/host.ts", import.meta.url), command, ...args),
    { AFTER: after },
  );
  const pluginPid = Number(await host.firstLine());
  assert.ok(pluginPid > 1);
  return { tmp, host, pluginPid };
}

/** The plugin, the watchdog, the socket and its directory. */
async function untilNothingIsLeft(tmp: PrivateTmp, pluginPid: number): Promise<void> {
  await untilGone(pluginPid);
  await until("no process is left", () => processesWith(tmp.path).length === 0);
  await until("no socket is left", () => tmp.leftovers().length === 0);
}

suite("a plugin whose host", () => {
  test("a plugin whose host is killed by SIGKILL is ended, and its socket removed", async (t) => {
    const { tmp, host, pluginPid } = await startHost(t, "wait", "--deaf");
    assert.equal(isGone(pluginPid), false);
    assert.equal(tmp.leftovers().length, 3);

    process.kill(host.pid, "SIGKILL");

    assert.deepEqual(await host.ended, { code: null, signal: "SIGKILL" });
    await untilNothingIsLeft(tmp, pluginPid);
  });

  test("a plugin whose host is killed by SIGTERM is ended, and its socket removed", async (t) => {
    const { tmp, host, pluginPid } = await startHost(t, "wait", "--deaf");

    process.kill(host.pid, "SIGTERM");

    assert.deepEqual(await host.ended, { code: null, signal: "SIGTERM" });
    await untilNothingIsLeft(tmp, pluginPid);
  });

  test("a plugin whose host exits without closing it is ended, and its socket removed", async (t) => {
    const { tmp, host, pluginPid } = await startHost(t, "exit", "--deaf");

    assert.deepEqual(await host.ended, { code: 3, signal: null });
    await untilNothingIsLeft(tmp, pluginPid);
  });

  test("a plugin whose host exits in the same moment as it leaves nothing behind", async (t) => {
    const { tmp, host, pluginPid } = await startHost(t, "kill", "--deaf");

    assert.deepEqual(await host.ended, { code: 3, signal: null });
    await untilNothingIsLeft(tmp, pluginPid);
  });

  test("a plugin whose host crashes is ended, and its socket removed", async (t) => {
    const { tmp, host, pluginPid } = await startHost(t, "throw", "--deaf");

    assert.deepEqual(await host.ended, { code: 1, signal: null });
    await untilNothingIsLeft(tmp, pluginPid);
  });

  test("a plugin whose host closes it is ended, and the host's event loop with it", async (t) => {
    const { tmp, host, pluginPid } = await startHost(t, "close");

    assert.deepEqual(await host.ended, { code: 0, signal: null });
    assert.ok(isGone(pluginPid));
    assert.deepEqual(tmp.leftovers(), []);
  });
});

suite("a host of several plugins that is killed leaves nothing", () => {
  const stages = {
    connected: 3,
    closing: 3,
    "one closed": 2,
    "one again": 3,
    starting: 4,
    "all starting": 8,
    spawned: 4,
  };
  for (const [stage, children] of Object.entries(stages)) {
    test(`plugins whose host is killed leave nothing when the stage is: ${stage}`, async (t) => {
      const tmp = await privateTmp(t);
      const { command, args } = fixturePlugin("--deaf");
      const url = new URL("fixtures/host-of-several.ts", import.meta.url);
      const host = runProgram(t, process.execPath, sourceProgram(url, command, ...args), { STAGE: stage });

      assert.deepEqual(await host.ended, { code: null, signal: "SIGKILL" }, host.stderr());
      const pids = host.stdout().trim().split(" ").map(Number);
      // One of them is the watchdog.
      assert.equal(pids.length, children, host.stdout());
      for (const pid of pids) await untilNothingIsLeft(tmp, pid);
    });
  }
});
