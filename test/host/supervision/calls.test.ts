import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { suite, type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import type { CallsWhileDownOptions } from "grafana-plugin-protocol/host";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { launcher, type Observed, supervised } from "./supervise.ts";

/** A plugin that was killed and starts again, but is not ready before `release` lets it. */
async function starting(
  t: TestContext,
  callsWhileDown: CallsWhileDownOptions,
): Promise<Observed & { readonly release: () => Promise<void> }> {
  const tmp = await privateTmp(t);
  const options = await launcher(
    tmp,
    'if [ -e "$0.again" ]; then while [ ! -e "$0.go" ]; do sleep 0.02; done; fi; touch "$0.again"',
  );
  const observed = await supervised(t, { ...options, callsWhileDown });
  process.kill(observed.pid(), "SIGKILL");
  await observed.untilState("starting", 2);
  return { ...observed, release: () => writeFile(`${options.command}.go`, "") };
}

suite("a call that is made while the plugin starts again", () => {
  test("a call that is made while the plugin starts again waits for it", async (t) => {
    const { plugin, ask, release } = await starting(t, {});

    const unary = plugin.data.queryData({ queries: [{ refId: "B" }] }, { timeoutMs: 60_000 });
    const streamed = ask("echo", "hello");
    await release();

    assert.equal((await unary).responses["B"]?.status, 200);
    assert.equal(await streamed, "hello");
  });

  test("a call that is made while the plugin starts again fails at once when it may not wait", async (t) => {
    const { plugin, ask } = await starting(t, { waitMs: 0 });

    for (const call of [plugin.data.queryData({}), ask("echo")]) {
      const { rawMessage, cause } = await rejectsWithConnectError(call, Code.Unavailable);
      assert.match(rawMessage, /^the plugin is not ready, the call was not sent: .* was killed by SIGKILL$/);
      assert.ok(cause instanceof PluginError);
      assert.equal(cause.code, "exited");
    }
  });

  test("a call that is made while the plugin starts again fails when it has waited long enough", async (t) => {
    const { plugin } = await starting(t, { waitMs: 20 });

    const { rawMessage } = await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);

    assert.match(rawMessage, /^the plugin was not ready within 20 ms, the call was not sent: /);
  });

  test("a call that is made while the plugin starts again ends with its own deadline", async (t) => {
    const { plugin } = await starting(t, {});

    await rejectsWithConnectError(plugin.data.queryData({}, { timeoutMs: 20 }), Code.DeadlineExceeded);
  });

  test("a call that is made while the plugin starts again ends with its own signal", async (t) => {
    const { plugin } = await starting(t, {});
    const controller = new AbortController();

    const call = plugin.data.queryData({}, { signal: controller.signal });
    call.catch(() => {});
    controller.abort();

    await rejectsWithConnectError(call, Code.Canceled);
  });

  test("a call that is made while the plugin starts again fails at once when as many as may be wait already", async (t) => {
    const { plugin, release } = await starting(t, { maxWaiting: 1 });
    const first = plugin.data.queryData({});

    const { rawMessage } = await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);

    assert.match(rawMessage, /^1 calls wait for the plugin already, /);
    await release();
    assert.equal((await first).responses["A"]?.status, 200);
  });

  test("a call that is made while the plugin starts again fails at once when the plugin is closed", async (t) => {
    const { plugin } = await starting(t, {});
    const call = plugin.data.queryData({});
    call.catch(() => {});

    const closing = plugin.close();
    const { cause } = await rejectsWithConnectError(call, Code.Unavailable);
    await closing;

    assert.ok(cause instanceof PluginError);
    assert.equal(cause.code, "closed");
    await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
  });
});
