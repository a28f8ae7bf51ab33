/** The log, the metric and the spans of calls, beside those of the official SDK for the same calls. */
import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import { ConnectError } from "grafana-plugin-protocol";
import { type LaunchedPlugin, launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { compileCache, sourceProgram } from "../../helpers/run-program.ts";
import { until } from "../../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";

const fixture = new URL("fixtures/plugin.ts", import.meta.url);
const go = await buildGoPeers();

type Plugin = LaunchedPlugin<typeof v2>;
interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

const forms: Readonly<Record<string, Command>> = {
  observers: { command: process.execPath, args: sourceProgram(fixture) },
  interceptors: { command: process.execPath, args: sourceProgram(fixture, "interceptors") },
};

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const secret = "a-secret-token";
const headers = {
  traceparent: `00-${traceId}-${spanId}-01`,
  tenantid: "tenant-7",
  loggerparamsctxmetadata: "dashboard:::sales",
};
const pluginContext = {
  orgId: 7n,
  pluginId: "observed-datasource",
  pluginVersion: "1.2.3",
  user: { login: "ada", name: "Ada", email: "ada@example.com", role: "Admin" },
  dataSourceInstanceSettings: {
    name: "Prices",
    uid: "ds1",
    jsonData: new TextEncoder().encode("{}"),
    decryptedSecureJsonData: { token: secret },
  },
};
const timeRange = { fromEpochMS: 0n, toEpochMS: 1n };

/** What the host calls, one after the other. */
const calls: readonly ((plugin: Plugin, signal: AbortSignal) => Promise<unknown>)[] = [
  ...[
    ["ok"],
    ["error"],
    ["downstream"],
    ["ok", "fail"],
    ["fail downstream"],
    ["fail", "fail downstream"],
  ].map((types) => (plugin: Plugin) => query(plugin, types)),
  (plugin) => query(plugin, ["fail cancelled"]),
  ...["ok", "error", "downstream"].flatMap((how) => {
    const bytes = new TextEncoder().encode(how);
    const kind = { group: "g", version: "v", kind: "k" };
    return [
      (plugin: Plugin) => all(plugin.resource.callResource({ pluginContext, path: how }, { headers })),
      (plugin: Plugin) =>
        plugin.diagnostics.checkHealth({ pluginContext, headers: { end: how } }, { headers }),
      (plugin: Plugin) => plugin.stream.subscribeStream({ pluginContext, path: how }, { headers }),
      (plugin: Plugin) => plugin.stream.publishStream({ pluginContext, path: how }, { headers }),
      (plugin: Plugin) => all(plugin.stream.runStream({ pluginContext, path: how }, { headers })),
      (plugin: Plugin) =>
        plugin.admission.validateAdmission({ pluginContext, kind, objectBytes: bytes }, { headers }),
      (plugin: Plugin) =>
        plugin.admission.mutateAdmission({ pluginContext, kind, objectBytes: bytes }, { headers }),
      (plugin: Plugin) =>
        plugin.conversion.convertObjects(
          { pluginContext, uid: how, targetVersion: { group: "g", version: "v" } },
          { headers },
        ),
    ];
  }),
];

/** What the host cancels: whether the plugin has it is seen by the log. */
const cancelled: readonly ((plugin: Plugin, signal: AbortSignal) => Promise<unknown>)[] = [
  (plugin, signal) =>
    plugin.data.queryData({ pluginContext, queries: [queryOf("wait", 0)] }, { headers, signal }),
  (plugin, signal) => all(plugin.stream.runStream({ pluginContext, path: "wait" }, { headers, signal })),
  (plugin, signal) => all(plugin.resource.callResource({ pluginContext, path: "wait" }, { headers, signal })),
];

const ofQueries = 'grpc_method="QueryData",grpc_service="pluginv2.Data",grpc_type="unary"';
const failedQueries = `grpc_server_handled_total{grpc_code="Unknown",${ofQueries}}`;
const cancelledQuery = `grpc_server_handled_total{grpc_code="Canceled",${ofQueries}} 1`;

interface Seen {
  readonly metrics: readonly string[];
  readonly lines: readonly unknown[];
  readonly spans: readonly unknown[];
  readonly records: readonly PluginLogRecord[];
}

suite("calls of a plugin", { skip: go === undefined ? withoutGo : false }, () => {
  for (const [form, command] of Object.entries(forms)) {
    test(`calls with ${form} have the log, the metric and the spans of the official SDK`, async (t) => {
      const [theirs, ours] = await Promise.all([
        callAll(t, { command: go?.observe ?? "", args: [] }),
        callAll(t, command),
      ]);

      assert.ok(theirs.lines.length > 2 * calls.length, `${theirs.lines.length} lines`);
      // The SDK gives the error of a cancelled query a source, and with it the code Unknown.
      const asTheirs = ours.metrics.filter((line) => line !== cancelledQuery);
      assert.equal(asTheirs.length, ours.metrics.length - 1);
      assert.deepEqual(
        asTheirs.map((line) => (line === `${failedQueries} 2` ? `${failedQueries} 3` : line)),
        theirs.metrics,
      );
      assert.deepEqual(ours.lines, theirs.lines);
      assert.deepEqual(ours.spans, theirs.spans);
      assert.doesNotMatch(JSON.stringify(ours.records), new RegExp(secret));
    });
  }
});

test("a defect of a handler is counted and logged, where a panic of Go is in its gRPC metrics only", {
  skip: go === undefined ? withoutGo : false,
}, async (t) => {
  const seen = async ({ command, args }: Command): Promise<readonly unknown[]> => {
    const records: PluginLogRecord[] = [];
    const onLog = (record: PluginLogRecord): void => void records.push(record);
    const plugin = await launchPlugin({ command, args, env: compileCache, protocols: [v2], onLog });
    atEnd(t, () => plugin.close({ graceMs: 100 }));
    await plugin.stream.subscribeStream({ pluginContext, path: "panic" }).catch(onlyConnectErrors);
    const { metrics } = await plugin.diagnostics.collectMetrics({});
    const lines = new TextDecoder().decode(metrics?.prometheus).split("\n");
    await plugin.close({ graceMs: 60_000 });
    return [
      lines.filter((line) => line.startsWith("grafana_plugin_request_total")),
      lines.filter((line) => /^grpc_server_handled_total.*SubscribeStream/.test(line)).map(sortLabels),
      records.filter(({ message }) => message === "Plugin Request Completed").map(({ level }) => level),
    ];
  };

  const handled =
    'grpc_server_handled_total{grpc_code="Unknown",grpc_method="SubscribeStream",grpc_service="pluginv2.Stream",grpc_type="unary"} 1';
  assert.deepEqual(await seen({ command: go?.observe ?? "", args: [] }), [[], [handled], []]);
  assert.deepEqual(await seen(forms["observers"] as Command), [
    ['grafana_plugin_request_total{endpoint="subscribeStream",status="error",status_source="plugin"} 1'],
    [handled],
    ["error"],
  ]);
});

async function callAll(t: TestContext, { command, args }: Command): Promise<Seen> {
  const records: PluginLogRecord[] = [];
  const plugin = await launchPlugin({
    command,
    args,
    env: compileCache,
    protocols: [v2],
    onLog: (record) => records.push(record),
  });
  atEnd(t, () => plugin.close({ graceMs: 100 }));
  const count = (text: string): number => records.filter(({ message }) => message === text).length;
  const metrics = async (): Promise<readonly string[]> => {
    const answer = await plugin.diagnostics.collectMetrics({});
    return new TextDecoder()
      .decode(answer.metrics?.prometheus)
      .split("\n")
      .filter(isCompared)
      .map(sortLabels)
      .sort();
  };
  const untilEnded = (calls: number): Promise<unknown> =>
    until(`${calls} calls have ended`, async () => handledCalls(await metrics()) === calls);
  const never = new AbortController().signal;
  for (const call of calls) await call(plugin, never).catch(onlyConnectErrors);
  for (const [index, call] of cancelled.entries()) {
    const begun = count("Plugin Request Started");
    const controller = new AbortController();
    const answer = call(plugin, controller.signal).catch(onlyConnectErrors);
    await until("the call has begun", () => count("Plugin Request Started") > begun);
    controller.abort();
    await answer;
    await untilEnded(calls.length + index + 1);
  }
  const body = await all(plugin.resource.callResource({ pluginContext, path: "spans" }, { headers }));
  const [spans] = body as readonly [{ readonly body: Uint8Array }];
  const ended = calls.length + cancelled.length + 1;
  await untilEnded(ended);
  await until("the last line has come", () => count("Plugin Request Completed") === ended);
  return {
    metrics: await metrics(),
    lines: inOrder(records.filter(({ message }) => /^Plugin Request|^Partial/.test(message))).map(plainLine),
    spans: (JSON.parse(new TextDecoder().decode(spans.body)) as readonly Span[]).map(plainSpan),
    records,
  };
}

/** The metrics of calls, without times and without those of reading the metrics, which Go's gRPC library counts. */
function isCompared(line: string): boolean {
  if (line.startsWith("grafana_plugin_request_total")) return true;
  const isCount = /^grpc_server_(\w+_total|handling_seconds_count)\{/.test(line);
  return isCount && line.includes('grpc_service="pluginv2.') && !line.includes("CollectMetrics");
}

function sortLabels(line: string): string {
  return line.replace(/\{(.*)\}/, (_all, labels: string) => `{${labels.split(",").sort().join()}}`);
}

function handledCalls(metrics: readonly string[]): number {
  const handled = metrics.filter((line) => line.startsWith("grpc_server_handled_total"));
  return handled.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** Go logs the failed queries of a call in any order. */
function inOrder(records: readonly PluginLogRecord[]): readonly PluginLogRecord[] {
  const ordered: PluginLogRecord[] = [];
  for (const record of records) {
    const refId = refIdOf(record);
    let index = ordered.length;
    while (refId !== "" && refIdOf(ordered[index - 1]) > refId) index--;
    ordered.splice(index, 0, record);
  }
  return ordered;
}

function refIdOf(record: PluginLogRecord | undefined): string {
  return String(record?.fields["refID"] ?? "");
}

/** Without what differs from run to run, whose form is checked here. */
function plainLine({ level, message, fields }: PluginLogRecord): unknown {
  const { duration, timestamp: _, ...others } = fields;
  if (message === "Plugin Request Completed")
    assert.match(String(duration), /^[0-9.hm]*[0-9.]+(ns|µs|ms|s)$/);
  // Go's text of a cancelled context, and that of the reason of an AbortSignal.
  const isCancelled = others["status"] === "cancelled" && others["error"] !== undefined;
  return { level, message, fields: isCancelled ? { ...others, error: "cancelled" } : others };
}

interface Span {
  readonly parentId: string;
  readonly traceId: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** In Go the parent is the span of its gRPC library, here that of the host. */
function plainSpan({ parentId, ...span }: Span): unknown {
  assert.notEqual(parentId, "0000000000000000");
  assert.equal(span.traceId, traceId);
  const isCancelled = span.attributes["request_status"] === "cancelled" && span.message !== "";
  return { ...span, message: isCancelled ? "cancelled" : span.message };
}

function queryOf(queryType: string, index: number): object {
  return { refId: "ABC"[index], queryType, timeRange, json: new TextEncoder().encode("{}") };
}

async function query(plugin: Plugin, types: readonly string[]): Promise<unknown> {
  return plugin.data.queryData({ pluginContext, queries: types.map(queryOf) }, { headers });
}

async function all(messages: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const received: unknown[] = [];
  for await (const message of messages) received.push(message);
  return received;
}

function onlyConnectErrors(reason: unknown): void {
  assert.ok(reason instanceof ConnectError, String(reason));
}
