/** A data source with hostile handlers in a process of its own: it must answer, and live on. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { decodeChunks, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { dataSourceContext } from "../helpers/plugin-context.ts";
import { rejectionOf } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { collect } from "../interop/case.ts";

const fixture = new URL("./fixtures/hostile-plugin.ts", import.meta.url);
const secret = "ok-hunter2-hunter2";
const names =
  "undefined null text symbol function bare revoked trapped frozen getters own long surrogate".split(" ");
const answers = [...names, "thenable", "number", "list", "frame", "generator"];
const hostile = [
  ...names.flatMap((name) => [`throw-${name}`, `reject-${name}`]),
  // An empty list is an answer.
  ...answers.filter((name) => name !== "thenable").map((name) => `answer-${name}`),
];

async function launched(t: test.TestContext) {
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command: process.execPath,
    args: sourceProgram(fixture),
    env: compileCache,
    protocols: [v2],
    onLog: (record) => log.push(record),
  });
  atEnd(t, () => plugin.close({ graceMs: 100 }));
  const logged = (): string => log.map((record) => JSON.stringify(record)).join("\n");
  return { plugin, logged };
}

const pluginContext = dataSourceContext({ secrets: { token: secret } });

suite("hostile handlers in a process", () => {
  test("each query that fails fails alone, in both RPCs", async (t) => {
    const { plugin } = await launched(t);
    const types = [...hostile, "good", "answer-thenable"];
    const queries = types.map((queryType) => ({ refId: queryType, queryType }));

    const results = await decodeQueryData(await plugin.data.queryData({ pluginContext, queries }));
    const chunks = await collect(decodeChunks(plugin.data.queryChunkedData({ pluginContext, queries })));

    assert.equal(results.size, types.length);
    for (const type of hostile) {
      const error = results.get(type)?.error;
      assert.equal(error?.status, 500, type);
      assert.equal(error?.errorSource, "plugin", type);
      assert.ok(error.message.length > 0 && error.message.length < 100_000, type);
      const failed = chunks.filter((chunk) => chunk.refId === type && chunk.error !== undefined);
      assert.equal(failed.length, 1, type);
    }
    assert.equal(results.get("good")?.error, undefined);
    assert.equal(results.get("answer-thenable")?.error, undefined);
    assert.deepEqual(
      chunks.filter(({ error }) => error === undefined).map(({ refId }) => refId),
      ["good"],
    );
  });

  test("a rejection that nothing handles is logged, and the plugin lives on", async (t) => {
    const { plugin, logged } = await launched(t);
    const queries = [{ refId: "A", queryType: "later" }];

    const { responses } = await plugin.data.queryData({ pluginContext, queries });
    await until("it is logged", () => /nothing handles it.*forgotten/.test(logged()));

    assert.equal(responses["A"]?.status, 200);
    assert.equal((await plugin.diagnostics.checkHealth({ pluginContext })).message, String(secret.length));
  });

  test("an asynchronous schema that rejects fails its query or its instance, without the secret", async (t) => {
    const { plugin, logged } = await launched(t);
    const token = "bad-hunter3-hunter3";
    const bad = dataSourceContext({ uid: "bad", secrets: { token } });
    const queries = [{ refId: "A", queryType: "async", json: new TextEncoder().encode('{"value":1}') }];

    const { responses } = await plugin.data.queryData({ pluginContext, queries });
    const { message } = await plugin.diagnostics.checkHealth({ pluginContext: bad });

    assert.equal(responses["A"]?.error, "the transform");
    assert.match(message, /the schema threw while it read token$/);
    assert.equal((await plugin.diagnostics.checkHealth({ pluginContext })).message, String(secret.length));
    await until("the failure is logged", () => logged().includes("could not be created"));
    assert.ok(!logged().includes(token));
    assert.doesNotMatch(logged(), /nothing handles it/);
  });

  test("an error that quotes a secret reaches neither the log nor the caller with it", async (t) => {
    const { plugin, logged } = await launched(t);
    const queries = [{ refId: "A", queryType: "quotes" }];

    const { responses } = await plugin.data.queryData({ pluginContext, queries });
    const [chunk] = await collect(plugin.data.queryChunkedData({ pluginContext, queries }));
    const resource = await rejectionOf(collect(plugin.resource.callResource({ pluginContext, path: "x" })));
    await until("all are logged", () => (logged().match(/401 with /g)?.length ?? 0) >= 3);

    assert.equal(responses["A"]?.error, "401 with [secret]");
    assert.equal(chunk?.error, "401 with [secret]");
    assert.equal(String(resource), "ConnectError: [unknown] 401 with [secret]");
    assert.ok(!logged().includes(secret));
  });

  test("a stream that is always ready lets other calls be answered", async (t) => {
    const { plugin } = await launched(t);
    let read = 0;
    let isAnswered = false;
    const answered = (async () => {
      await until("the stream runs", () => read > 0);
      await plugin.diagnostics.checkHealth({ pluginContext });
      isAnswered = true;
    })();

    for await (const _ of plugin.stream.runStream({ pluginContext, path: "fast" })) {
      read++;
      if (isAnswered) break;
    }
    await answered;

    assert.ok(isAnswered);
  });
});
