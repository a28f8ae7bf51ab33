import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import { Code } from "@connectrpc/connect";
import type { PluginImpl } from "grafana-plugin-protocol";
import { PluginError } from "grafana-plugin-protocol";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { implement } from "grafana-plugin-protocol/plugin";
import {
  type FakePlugin,
  type FakePluginOptions,
  fakeHost,
  fakePlugin,
  scriptedAnswers,
} from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import { type V2, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

async function fake(t: TestContext, impl: PluginImpl<V2>, options?: FakePluginOptions): Promise<FakePlugin> {
  const plugin = await fakePlugin([implement(v2, impl)], options);
  atEnd(t, () => plugin.close());
  return plugin;
}

test("a host starts the process of a fake plugin, and its calls reach the handlers of the test", async (t) => {
  const queryData = scriptedAnswers({ responses: { A: { status: 200 } } }, new Error("no such table"));
  const plugin = await fake(t, { data: { queryData } });

  await using host = await launchPlugin({ command: plugin.command, args: plugin.args, protocols: [v2] });
  const answer = await host.data.queryData({ queries: [{ refId: "A" }] });
  await rejectsWithConnectError(host.data.queryData({}), Code.Unknown);

  assert.equal(answer.responses["A"]?.status, 200);
  assert.equal(queryData.requests.length, 2);
  assert.deepEqual(
    plugin.starts.map(({ pid, protocolVersion }) => [pid, protocolVersion]),
    [[host.process.pid, 2]],
  );
  assert.notEqual(host.process.pid, process.pid);
});

test("a fake plugin ends when its host closes it, and leaves no file", async (t) => {
  const plugin = await fake(t, {});
  const host = await launchPlugin({ ...plugin, protocols: [v2] });

  await host.close({ graceMs: 60_000 });

  assert.deepEqual(await host.process.exited, { code: 0, signal: null });
  await plugin.starts[0]?.ended;
  await plugin.close();
  assert.equal(existsSync(dirname(plugin.args.at(-1) ?? "")), false);
});

test("a fake plugin that crashes fails the calls of its host", async (t) => {
  let call: (() => void) | undefined;
  const plugin = await fake(t, {
    data: {
      queryData: () =>
        new Promise(() => {
          call = () => plugin.starts[0]?.exit(3);
        }),
    },
  });
  const host = await launchPlugin({ ...plugin, protocols: [v2] });
  atEnd(t, () => host.close({ graceMs: 0 }));

  const failed = rejectsWithConnectError(host.data.queryData({}), Code.Unavailable);
  await until("the call has arrived", () => call !== undefined);
  call?.();
  const error = await failed;

  assert.ok(error.cause instanceof PluginError);
  assert.equal(error.cause.code, "exited");
  assert.equal(error.cause.exitCode, 3);
});

test("a fake plugin streams, and sees that its host leaves", async (t) => {
  let isOver = false;
  const plugin = await fake(t, {
    stream: {
      async *runStream(_request, { signal }) {
        try {
          for (let i = 0; !signal.aborted; i++) yield { data: new Uint8Array([i & 255]) };
        } finally {
          isOver = true;
        }
      },
    },
    resource: {
      callResource: scriptedAnswers<AsyncIterable<object>>([
        { code: 201, body: new Uint8Array([1]) },
        {},
      ] as never),
    },
  });
  await using host = await launchPlugin({ ...plugin, protocols: [v2] });

  for await (const { data } of host.stream.runStream({})) if (data[0] === 3) break;
  const parts = [];
  for await (const part of host.resource.callResource({})) parts.push(part.code);

  await until("the stream is over", () => isOver);
  assert.deepEqual(parts, [201, 0]);
});

test("a fake plugin logs, and knows the environment that its host gave it", async (t) => {
  const plugin = await fake(t, {});
  await using host = await fakeHost({ ...plugin, protocols: [v2], settings: { version: "12.4.0" } });

  plugin.starts[0]?.log("hello");

  await until("the host has read the line", () => host.log.some(({ message }) => message === "hello"));
  assert.equal(plugin.starts[0]?.env["GF_VERSION"], "12.4.0");
  assert.equal(plugin.starts[0]?.env["grafana_plugin_type"], "datasource");
  assert.equal(plugin.starts[0]?.env["PATH"], undefined);
});

test("a fake plugin in Plutono's environment has Plutono's variables", async (t) => {
  const plugin = await fake(t, {});
  await using _host = await fakeHost({ ...plugin, protocols: [v2], as: "plutono" });

  assert.equal(plugin.starts[0]?.env["PL_EDITION"], "Open Source");
  assert.equal(plugin.starts[0]?.env["GF_EDITION"], undefined);
  assert.equal(plugin.starts[0]?.env["PATH"], process.env["PATH"]);
});

test("a fake plugin of two majors speaks the higher one that its host has", async (t) => {
  const plugin = await fakePlugin([
    implement(v2, {}),
    implement(v1, { datasource: { query: () => ({ results: [{ refId: "A" }] }) } }),
  ]);
  atEnd(t, () => plugin.close());

  await using one = await launchPlugin({ ...plugin, protocols: [v1] });
  await using both = await launchPlugin({ ...plugin, protocols: [v1, v2] });

  assert.equal((await one.datasource.query({})).results[0]?.refId, "A");
  assert.equal(both.protocolVersion, 2);
  assert.deepEqual(
    plugin.starts.map(({ protocolVersion }) => protocolVersion),
    [1, 2],
  );
});

test("a fake plugin prints the handshake line that a test wants", async (t) => {
  const odd = await fake(t, {}, { handshake: () => "2|2|unix|/nowhere|grpc" });

  await assert.rejects(launchPlugin({ ...odd, protocols: [v2] }), { code: "core_version_mismatch" });
});

test("a fake plugin that stays has to be killed", async (t) => {
  const plugin = await fake(t, {}, { exitOnShutdown: false });
  const host = await launchPlugin({ ...plugin, protocols: [v2] });

  await host.close({ graceMs: 50 });

  assert.deepEqual(await host.process.exited, { code: null, signal: "SIGKILL" });
});

test("a fake plugin refuses a host without the cookie, and one that asks for TLS", async (t) => {
  const plugin = await fake(t, {});
  const cookie = { key: "OTHER_COOKIE", values: ["x"] } as const;

  await assert.rejects(launchPlugin({ ...plugin, protocols: [v2], cookie }), { code: "exited" });
  await assert.rejects(
    launchPlugin({ ...plugin, protocols: [v2], tls: "auto" }),
    ({ code, message }: PluginError) => code === "exited" && message.includes("TLS"),
  );
  assert.deepEqual(plugin.starts, []);
});

test("closing a fake plugin ends its processes", async (t) => {
  const plugin = await fake(t, {});
  const host = await launchPlugin({ ...plugin, protocols: [v2] });
  atEnd(t, () => host.close({ graceMs: 0 }));

  await plugin.close();

  assert.equal((await host.closed).code, "exited");
});

test("a script that is over says so", async () => {
  const handler = scriptedAnswers(1, (request) => Number(request) * 2);

  assert.deepEqual([handler(5), handler(6)], [1, 12]);
  assert.throws(() => handler(7), /the script has 2 answers, and this is call 3/);
  assert.deepEqual(handler.requests, [5, 6, 7]);
});
