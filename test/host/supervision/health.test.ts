import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { isGone } from "../../helpers/processes.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { until } from "../../helpers/until.ts";
import { withEnoughTime } from "../../helpers/with-enough-time.ts";
import { supervised } from "./supervise.ts";

const often = { intervalMs: 20, timeoutMs: 2000 };
/** For a plugin that must not be found hung, however little time it gets. */
const patient = { intervalMs: 20, timeoutMs: 600_000 };
const bare = (...flags: string[]) => ({
  command: process.execPath,
  args: sourceProgram(new URL("fixtures/bare-plugin.ts", import.meta.url), ...flags),
});
const healthCheck = "/grpc.health.v1.Health/Check";

suite("a supervised plugin that", () => {
  test("a supervised plugin that is stopped is killed, and started again", async (t) => {
    await privateTmp(t);
    const { plugin, pid, untilState } = await supervised(t, { health: often });
    const first = pid();

    process.kill(first, "SIGSTOP");
    const call = rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
    const { reason, pid: second } = await untilState("ready", 2);

    assert.ok(isGone(first));
    assert.notEqual(second, first);
    assert.equal(reason?.code, "hung");
    assert.deepEqual([reason?.pid, reason?.signal], [first, "SIGKILL"]);
    assert.match(reason?.message ?? "", /\(pid \d+\) answered nothing for 2000 ms and was killed: /);
    const { cause } = await call;
    assert.ok(cause instanceof PluginError);
    assert.equal(cause, reason);
    assert.equal((await plugin.data.queryData({})).responses["A"]?.status, 200);
  });

  test("a supervised plugin that has no health service lives", async (t) => {
    await privateTmp(t);
    const log: string[] = [];
    const { plugin, states } = await supervised(t, {
      ...bare(),
      health: patient,
      onLog: ({ message }) => log.push(message),
    });

    await until("it was asked often", () => log.filter((line) => line === healthCheck).length > 5);

    assert.equal(plugin.state.status, "ready");
    assert.equal(states.length, 2);
    assert.equal(log.includes("bad timeout"), false);
  });

  test("a supervised plugin that answers calls and no health check lives, until it answers neither", async (t) => {
    await privateTmp(t);
    const attempt = async (timeoutMs: number) => {
      const log: string[] = [];
      const { plugin, states, untilState } = await supervised(t, {
        ...bare("--silent-health"),
        health: { intervalMs: 20, timeoutMs },
        onLog: ({ message }) => log.push(message),
      });
      await until("it was asked often", async () => {
        await plugin.data.queryData({}).catch(() => {});
        return log.filter((line) => line === healthCheck).length > 2;
      });
      return { plugin, untilState, seen: states.length };
    };

    // The plugin has to answer some call within the time.
    const { untilState, seen } = await withEnoughTime(2000, attempt, (outcome) => outcome.seen === 2);

    assert.equal(seen, 2);
    const { reason } = await untilState("ready", 2);
    assert.equal(reason?.code, "hung");
  });

  test("a supervised plugin that is not to be looked at is left alone", async (t) => {
    await privateTmp(t);
    const log: string[] = [];
    const { plugin } = await supervised(t, {
      ...bare(),
      health: false,
      onLog: ({ message }) => log.push(message),
    });

    for (let call = 0; call < 20; call++) await plugin.data.queryData({});

    assert.equal(log.includes(healthCheck), false);
  });
});
