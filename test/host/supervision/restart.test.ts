import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { type PluginState, supervisePlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { isGone } from "../../helpers/processes.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../../helpers/rejection.ts";
import { launcher, never, supervised } from "./supervise.ts";

suite("a supervised plugin", () => {
  test("a supervised plugin is ready again after a crash, and its client goes on", async (t) => {
    await privateTmp(t);
    const { plugin, states, pid, untilState } = await supervised(t);
    const first = pid();
    const { data } = plugin;

    process.kill(first, "SIGKILL");
    const { restarts, reason, pid: second } = await untilState("ready", 2);

    assert.equal((await data.queryData({})).responses["A"]?.status, 200);
    assert.deepEqual([restarts, reason?.code, reason?.pid], [1, "exited", first]);
    assert.equal(reason?.message.endsWith("was killed by SIGKILL"), true, reason?.message);
    assert.notEqual(second, first);
    assert.ok(isGone(first));
    assert.equal(plugin.protocolVersion, 2);
    assert.deepEqual(plugin.state, states.at(-1));
    assert.deepEqual(
      states.filter(({ status }) => status !== "backing-off").map(({ status }) => status),
      ["starting", "ready", "starting", "ready"],
    );
  });

  test("a supervised plugin carries the last words of the process in its state", async (t) => {
    await privateTmp(t);
    const { ask, untilState } = await supervised(t);

    await rejectsWithConnectError(ask("last-words", "out of disk\n"), Code.Unavailable);
    const { reason } = await untilState("ready", 2);

    assert.equal(reason?.exitCode, 7);
    assert.deepEqual(reason?.stderrTail, ["out of disk"]);
  });

  test("a supervised plugin never retries a call, and ends a stream with its process", async (t) => {
    await privateTmp(t);
    const { plugin, pid, untilState } = await supervised(t);
    const first = pid();
    const stream = plugin.stream.runStream({ path: "once" })[Symbol.asyncIterator]();
    await stream.next();
    const query = plugin.data.queryData({ queries: [{ refId: "hang" }] });
    query.catch(() => {});
    // Answers come in any order, but this one only after the query was read.
    await plugin.data.queryData({});

    process.kill(first, "SIGKILL");

    for (const failing of [query, stream.next()]) {
      const { cause } = await rejectsWithConnectError(failing, Code.Unavailable);
      assert.ok(cause instanceof PluginError);
      assert.deepEqual([cause.code, cause.pid, cause.signal], ["exited", first, "SIGKILL"]);
    }
    await untilState("ready", 2);
    assert.equal((await plugin.data.queryData({})).responses["A"]?.status, 200);
  });

  test("a supervised plugin that crashes in a loop is backed off from, and given up", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp, 'if [ -e "$0.broken" ]; then echo no disk >&2; exit 3; fi');
    const { plugin, states, pid, untilState } = await supervised(t, {
      ...options,
      restart: { firstDelayMs: 20, maxDelayMs: 40, maxRestarts: 4 },
    });
    await writeFile(`${options.command}.broken`, "");

    process.kill(pid(), "SIGKILL");
    const { reason, restarts } = await untilState("failed");

    assert.equal(reason.code, "restart_limit");
    assert.match(reason.message, /^4 restarts within 600000 ms did not help: .* exited with code 3 before/);
    assert.deepEqual([restarts, reason.exitCode, reason.stderrTail], [0, 3, ["no disk"]]);
    assert.ok(reason.cause instanceof PluginError);
    assert.equal(reason.cause.code, "exited");
    assert.deepEqual(
      states.flatMap((state) => (state.status === "starting" ? [state.attempt] : [])),
      [1, 1, 2, 3, 4],
    );
    const { cause } = await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
    assert.equal(cause, reason);
  });

  test("a supervised plugin says when it will be tried again", async (t) => {
    await privateTmp(t);
    const { plugin, pid, untilState } = await supervised(t, { restart: never });

    process.kill(pid(), "SIGKILL");
    const { attempt, nextTryAt, reason } = await untilState("backing-off");

    assert.deepEqual([attempt, reason.code, plugin.state.status], [1, "exited", "backing-off"]);
    assert.ok(nextTryAt.getTime() > Date.now());
  });

  test("a supervised plugin that comes back with another major only has failed", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(
      tmp,
      'if [ -e "$0.old" ]; then echo "1|1|unix|/x|grpc|"; exec sleep 100; fi',
    );
    const { plugin, pid, untilState } = await supervised(t, options);
    await writeFile(`${options.command}.old`, "");

    process.kill(pid(), "SIGKILL");
    const { reason } = await untilState("failed");

    assert.equal(reason.code, "major_changed");
    assert.match(
      reason.message,
      /^the plugin no longer speaks protocol 2, for which its clients were made: /,
    );
    await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
  });

  test("a supervised plugin whose first start fails is not tried again", async (t) => {
    const tmp = await privateTmp(t);
    const states: PluginState[] = [];
    const command = await tmp.writeExecutable("#!/bin/sh\nexit 3\n");

    const start = supervisePlugin({ command, protocols: [v2], onState: (state) => states.push(state) });
    const error = await rejectsWithPluginError(start, "exited");

    assert.deepEqual(
      states.map(({ status, reason }) => ({ status, reason })),
      [
        { status: "starting", reason: undefined },
        { status: "failed", reason: error },
      ],
    );
  });

  test("a supervised plugin tells its health and its services through every process", async (t) => {
    await privateTmp(t);
    const { plugin, pid, untilState } = await supervised(t);

    process.kill(pid(), "SIGKILL");
    await untilState("ready", 2);

    assert.equal(await plugin.health(), "serving");
    assert.ok((await plugin.services())?.includes("pluginv2.Data"));
  });

  test("a supervised plugin takes only options that make sense", async () => {
    const wrong = [
      [{ restart: { firstDelayMs: 0 } }, "restart.firstDelayMs"],
      [{ restart: { maxRestarts: 1.5 } }, "restart.maxRestarts"],
      [{ callsWhileDown: { waitMs: -1 } }, "callsWhileDown.waitMs"],
      [{ health: { timeoutMs: Number.NaN } }, "health.timeoutMs"],
    ] as const;
    for (const [options, name] of wrong) {
      const start = supervisePlugin({ command: "x", protocols: [v2], ...options });
      const { message } = await rejectsWithPluginError(start, "invalid_option");
      assert.ok(message.startsWith(name), message);
    }
  });
});
