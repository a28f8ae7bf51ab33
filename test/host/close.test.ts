import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin, launchFixture, type ObservedPlugin } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { isGone, processesWith, untilGone } from "../helpers/processes.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { withEnoughTime } from "../helpers/with-enough-time.ts";

suite("closing a plugin", () => {
  test("closing a plugin ends it in order and removes its socket", async (t) => {
    const tmp = await privateTmp(t);
    const plugin = await launchFixture(t);
    assert.equal(tmp.leftovers().length, 3, "the host's directory, the plugin's and a socket are there");

    await plugin.close();

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
    assert.ok(isGone(plugin.process.pid));
    assert.deepEqual(processesWith(tmp.path), []);
    assert.deepEqual(tmp.leftovers(), []);
  });

  test("closing a plugin twice is one end", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    await Promise.all([plugin.close(), plugin.close({ graceMs: 1 }), plugin[Symbol.asyncDispose]()]);
    await plugin.close();

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });

  test("closing a plugin happens at the end of a block with await using", async (t) => {
    await privateTmp(t);
    let pid = 0;
    {
      await using plugin = await launchPlugin({ ...fixturePlugin(), protocols: [v2] });
      pid = plugin.process.pid;
    }
    assert.ok(isGone(pid));
  });

  test("closing a plugin ends one that closes the connection when it is asked to exit, and stays", async (t) => {
    await privateTmp(t);
    const fixture = new URL("./fixtures/cutting-plugin.ts", import.meta.url);
    const plugin = await launchPlugin({
      command: process.execPath,
      args: sourceProgram(fixture),
      env: compileCache,
      protocols: [v2],
    });

    await plugin.close({ graceMs: 100 });

    assert.deepEqual(await plugin.process.exited, { code: null, signal: "SIGKILL" });
  });

  for (const graceMs of [Number.POSITIVE_INFINITY, 2 ** 31, 1e300]) {
    test(`closing a plugin waits for one that takes its time, with a graceMs of ${graceMs}`, async (t) => {
      await privateTmp(t);
      const plugin = await launchFixture(t, fixturePlugin("--deaf"));
      let isClosed = false;

      const closed = plugin.close({ graceMs }).then(() => {
        isClosed = true;
      });
      // It has taken Shutdown, and stays: longer than a timer that overflowed, which Node takes for 1 ms.
      await plugin.untilLogged("staying");
      await delay(50);

      assert.equal(isClosed, false);
      process.kill(plugin.process.pid, "SIGKILL");
      await closed;
    });
  }

  test("closing a plugin kills at once with a graceMs of 0", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    await plugin.close({ graceMs: 0 });

    assert.deepEqual(await plugin.process.exited, { code: null, signal: "SIGKILL" });
  });

  test("closing a plugin is an end also by what an event passes to a listener", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    await plugin.close("SIGTERM" as never);

    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });

  test("closing a plugin kills one that ignores Shutdown", async (t) => {
    await privateTmp(t);

    // "staying": it was asked to end before.
    const stays = ({ log }: ObservedPlugin): boolean => log.some(({ message }) => message === "staying");
    const plugin = await withEnoughTime(300, closeDeaf, stays);

    assert.ok(stays(plugin));
    assert.deepEqual(await plugin.process.exited, { code: null, signal: "SIGKILL" });

    async function closeDeaf(graceMs: number): Promise<ObservedPlugin> {
      const deaf = await launchFixture(t, fixturePlugin("--deaf"));
      await deaf.close({ graceMs });
      return deaf;
    }
  });

  test("closing a plugin kills one that is stopped and cannot answer", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    process.kill(plugin.process.pid, "SIGSTOP");

    await plugin.close({ graceMs: 100 });

    assert.deepEqual(await plugin.process.exited, { code: null, signal: "SIGKILL" });
  });

  test("closing a plugin ends the processes that it started", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const children = [Number(await plugin.ask("child")), Number(await plugin.ask("child"))];
    for (const child of children) assert.equal(isGone(child), false);

    await plugin.close();

    await Promise.all(children.map(untilGone));
  });

  test("closing a plugin rejects a call that does not end with UNAVAILABLE, whose cause is closed", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const call = plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] });
    const rejection = rejectsWithConnectError(call, Code.Unavailable);
    await plugin.untilLogged("hanging");

    await plugin.close();

    const { cause } = await rejection;
    assert.ok(cause instanceof PluginError);
    assert.equal(cause.code, "closed");
    assert.match(cause.message, /was ended by close\(\)$/);
    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });

  test("closing a plugin lets a handler that heeds its signal answer", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const call = plugin.data.queryData({ queries: [{ refId: "hang" }] });
    await plugin.untilLogged("hanging");

    await plugin.close();

    assert.equal((await call).responses["hang"]?.status, 200);
  });

  test("closing a plugin ends a stream at the plugin", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    const packets = plugin.stream.runStream({ path: "once" })[Symbol.asyncIterator]();
    await packets.next();
    const rest = packets.next().then(
      ({ done }) => done,
      ({ cause }) => cause instanceof PluginError && cause.code === "closed",
    );

    await plugin.close();

    assert.equal(await rest, true, "the stream ends, or rejects because of close()");
    assert.ok(plugin.log.some(({ message }) => message === "stream once ended, left by the host"));
  });

  test("closing a plugin rejects a later call with UNAVAILABLE, whose cause is closed", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    await plugin.close();

    const { cause } = await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);

    assert.ok(cause instanceof PluginError && cause.code === "closed");
  });

  test("closing a plugin that has died before does not wait", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);
    process.kill(plugin.process.pid, "SIGKILL");
    await plugin.process.exited;

    // A close that waited out its grace would never end.
    await plugin.close({ graceMs: Number.POSITIVE_INFINITY });

    const { cause } = await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
    assert.ok(cause instanceof PluginError && cause.code === "exited");
  });

  test("closing a plugin leaves another plugin of the same executable alone", async (t) => {
    await privateTmp(t);
    const [first, second] = await Promise.all([launchFixture(t), launchFixture(t)]);

    await first.close();

    assert.equal((await second.data.queryData({})).responses["A"]?.status, 200);
  });
});
