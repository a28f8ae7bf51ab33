import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { supervisePlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { isGone, processesWith } from "../../helpers/processes.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../../helpers/rejection.ts";
import { launcher, never, quick, supervised } from "./supervise.ts";

suite("close() of a supervised plugin", () => {
  test("close() of a supervised plugin that is ready ends its process and its calls", async (t) => {
    const tmp = await privateTmp(t);
    const { plugin, states, pid } = await supervised(t);
    const first = pid();
    const call = rejectsWithConnectError(
      plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] }),
      Code.Unavailable,
    );
    await plugin.data.queryData({});

    await plugin.close();
    await plugin.close();

    assert.ok(isGone(first));
    assert.deepEqual(tmp.leftovers(), []);
    assert.deepEqual(
      states.map(({ status }) => status),
      ["starting", "ready", "stopped"],
    );
    assert.equal(plugin.state.reason?.code, "closed");
    const { cause } = await call;
    assert.ok(cause instanceof PluginError);
    assert.equal(cause.code, "closed");
    await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
  });

  test("close() of a supervised plugin that is backed off from starts nothing more", async (t) => {
    await privateTmp(t);
    const { plugin, pid, untilState } = await supervised(t, { restart: never });
    process.kill(pid(), "SIGKILL");
    await untilState("backing-off");

    await plugin.close();

    assert.equal(plugin.state.status, "stopped");
  });

  test("close() of a supervised plugin that starts again ends the start", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp, 'if [ -e "$0.again" ]; then exec sleep 100; fi; touch "$0.again"');
    const { plugin, pid, untilState } = await supervised(t, options);
    process.kill(pid(), "SIGKILL");
    await untilState("starting", 2);

    await plugin.close();

    assert.deepEqual(processesWith(tmp.path), []);
    assert.equal(plugin.state.status, "stopped");
  });

  test("close() of a supervised plugin that has failed leaves it stopped", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp, 'if [ -e "$0.broken" ]; then exit 3; fi');
    const restart = { ...quick, maxRestarts: 1 };
    const { plugin, pid, untilState } = await supervised(t, { ...options, restart });
    await writeFile(`${options.command}.broken`, "");
    process.kill(pid(), "SIGKILL");
    await untilState("failed");

    await plugin.close();

    assert.equal(plugin.state.status, "stopped");
  });

  test("close() of a supervised plugin comes with the end of its block", async (t) => {
    await privateTmp(t);
    let pid = 0;
    {
      const observed = await supervised(t);
      await using _plugin = observed.plugin;
      pid = observed.pid();
    }
    assert.ok(isGone(pid));
  });
});

suite("the signal of a supervised plugin", () => {
  test("the signal of a supervised plugin ends it when it is ready", async (t) => {
    await privateTmp(t);
    const controller = new AbortController();
    const { plugin, pid, untilState } = await supervised(t, { signal: controller.signal });
    const first = pid();

    controller.abort(new Error("the host ends"));
    const { reason } = await untilState("stopped");

    assert.ok(isGone(first));
    assert.equal(reason.code, "aborted");
    assert.equal(reason.cause, controller.signal.reason);
    await plugin.close();
  });

  test("the signal of a supervised plugin ends the first start", async (t) => {
    const tmp = await privateTmp(t);
    const controller = new AbortController();
    const command = await tmp.writeExecutable("#!/bin/sh\necho ready >&2\nexec sleep 100\n");

    const start = supervisePlugin({
      command,
      protocols: [v2],
      signal: controller.signal,
      onLog: () => controller.abort(),
    });

    await rejectsWithPluginError(start, "aborted");
    assert.deepEqual(processesWith(tmp.path), []);
  });
});
