/** The end of a plugin's process, and what becomes of its instances. */
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { Code, PluginError } from "grafana-plugin-protocol";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { dataSourceContext } from "../helpers/plugin-context.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";

const fixture = new URL("./fixtures/closing-plugin.ts", import.meta.url);
/** Longer than the plugin needs on any machine: it ends by itself and not by the host's signal. */
const graceMs = 60_000;

/** Starts the fixture, which then has an instance for each of these data sources. */
async function launched(t: TestContext, uids: readonly string[], ...flags: string[]) {
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command: process.execPath,
    args: sourceProgram(fixture, ...flags),
    env: compileCache,
    protocols: [v2],
    onLog: (record) => log.push(record),
  });
  atEnd(t, () => plugin.close({ graceMs: 0 }));
  for (const uid of uids) await plugin.diagnostics.checkHealth({ pluginContext: dataSourceContext({ uid }) });
  const lines = () =>
    log.map(({ message, fields }) => ("uid" in fields ? `${message} ${fields["uid"]}` : message));
  return { plugin, lines };
}

const ends = {
  "the host's Shutdown": ({ plugin }: Awaited<ReturnType<typeof launched>>) => plugin.close({ graceMs }),
  SIGTERM: async ({ plugin }: Awaited<ReturnType<typeof launched>>) => {
    process.kill(plugin.process.pid, "SIGTERM");
    await plugin.closed;
  },
};

suite("the end of a process", () => {
  for (const [name, end] of Object.entries(ends)) {
    test(`${name} disposes the instances of a plugin before its process ends`, async (t) => {
      const served = await launched(t, ["a", "b"]);

      await end(served);

      assert.deepEqual(await served.plugin.process.exited, { code: 0, signal: null });
      assert.deepEqual(served.lines(), ["disposing a", "disposing b", "disposed a", "disposed b"]);
    });

    test(`${name} disposes an instance in use after the handler has ended`, async (t) => {
      const served = await launched(t, ["a"]);
      const request = { pluginContext: dataSourceContext({ uid: "a" }), path: "x" };
      const packets = served.plugin.stream.runStream(request)[Symbol.asyncIterator]();
      await packets.next();
      const rest = packets.next().catch(() => {});

      await end(served);

      await rest;
      assert.deepEqual(await served.plugin.process.exited, { code: 0, signal: null });
      assert.deepEqual(served.lines(), ["the stream has ended", "disposing a", "disposed a"]);
    });

    test(`${name} ends a plugin whose disposal hangs, which is logged`, async (t) => {
      const served = await launched(t, ["a"], "--hang");

      await end(served);

      assert.deepEqual(await served.plugin.process.exited, { code: 0, signal: null });
      const [first, second, ...others] = served.lines();
      assert.equal(first, "disposing a");
      assert.match(second ?? "", /^close\(\) of the plugin did not end within 1000 ms/);
      assert.deepEqual(others, []);
    });
  }

  test("a call without an answer fails with closed, however long after its connection the process ends", async (t) => {
    const served = await launched(t, ["a"], "--hang");
    const request = { pluginContext: dataSourceContext({ uid: "a" }), path: "deaf" };
    const packets = served.plugin.stream.runStream(request)[Symbol.asyncIterator]();
    await packets.next();
    const lost = rejectsWithConnectError(packets.next(), Code.Unavailable);

    await served.plugin.close({ graceMs });

    const { cause } = await lost;
    assert.ok(cause instanceof PluginError, String(cause));
    assert.equal(cause.code, "closed");
  });
});
