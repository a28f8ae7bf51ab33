/** A data source in a process of its own, called over its socket. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { decodeChunks, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { dataSourceContext } from "../helpers/plugin-context.ts";
import { rejectionOf } from "../helpers/rejection.ts";
import { compileCache, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { collect } from "../interop/case.ts";

const fixture = new URL("./fixtures/data-source-plugin.ts", import.meta.url);
const secret = "hunter2-hunter2";

test("a data source in a process answers every call, and no log, error or answer has a secret", async (t) => {
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command: process.execPath,
    args: sourceProgram(fixture),
    env: compileCache,
    protocols: [v2],
    onLog: (record) => log.push(record),
  });
  atEnd(t, () => plugin.close({ graceMs: 100 }));
  const right = dataSourceContext({ id: 1n, jsonData: { path: "/a" }, secrets: { token: secret } });
  const down = dataSourceContext({ id: 2n, jsonData: { path: "/down" }, secrets: { token: secret } });
  const wrong = dataSourceContext({ id: 3n, jsonData: { path: "/a" }, secrets: { token: `not-${secret}` } });
  const queries = [
    { refId: "A", queryType: "length" },
    { refId: "B", queryType: "throws" },
    { refId: "C", queryType: "other" },
  ];
  const seen: unknown[] = [];

  const results = await decodeQueryData(await plugin.data.queryData({ pluginContext: right, queries }));
  assert.equal(results.get("A")?.frames[0]?.fields[0]?.get(0), secret.length);
  assert.equal(results.get("B")?.error?.message, "a defect");
  assert.equal(results.get("C")?.error?.status, 400);
  const chunks = await collect(decodeChunks(plugin.data.queryChunkedData({ pluginContext: right, queries })));
  assert.deepEqual(chunks.map(({ refId }) => refId).sort(), ["A", "B", "C"]);
  const packets = await collect(plugin.stream.runStream({ pluginContext: right, path: "count/3" }));
  assert.deepEqual(
    packets.map(({ data }) => new TextDecoder().decode(data)),
    ['{"n":1}', '{"n":2}', '{"n":3}'],
  );
  for (const pluginContext of [right, down, wrong]) {
    const health = await plugin.diagnostics.checkHealth({ pluginContext });
    const stream = await rejectionOf(collect(plugin.stream.runStream({ pluginContext, path: "none" })));
    seen.push(health.message, new TextDecoder().decode(health.jsonDetails), String(stream));
    for (const { error } of (
      await decodeQueryData(await plugin.data.queryData({ pluginContext, queries }))
    ).values()) {
      seen.push(error?.message);
    }
  }

  const logged = () => log.map((record) => JSON.stringify(record)).join("\n");
  await until("the failures are logged", () => logged().match(/could not be created/g)?.length === 2);
  assert.match(logged(), /the database is down/);
  assert.match(logged(), /token is not what its schema describes/);
  assert.match(logged(), /"creating"/);
  assert.ok(!logged().includes("hunter"), logged());
  assert.ok(!seen.join("\n").includes("hunter"), seen.join("\n"));
});
