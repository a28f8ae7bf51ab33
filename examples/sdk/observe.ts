import { fileURLToPath } from "node:url";
import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";

const log: PluginLogRecord[] = [];
const plugin = await launchPlugin({
  command: process.execPath,
  args: [...process.execArgv, fileURLToPath(new URL("observe/plugin.ts", import.meta.url))],
  env: { GF_INSTANCE_OTLP_ADDRESS: "localhost:4317" },
  protocols: [v2],
  onLog: (record) => log.push(record),
});

const pluginContext = { pluginId: "demo", pluginVersion: "1.0.0" };
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const headers = { traceparent, loggerparamsctxmetadata: "panel:::7" };
const timeRange = { fromEpochMS: 0n, toEpochMS: 1n };
const queries = ["A", "B"].map((refId) => ({ refId, timeRange }));

await plugin.data.queryData({ pluginContext, queries }, { headers });
for await (const { body } of plugin.resource.callResource({ pluginContext }, { headers })) {
  // The same trace, with the span of the plugin's call.
  console.log(new TextDecoder().decode(body).replace(/-[0-9a-f]{16}-/, "-…-"));
}
// → {"traceparent":"00-0af7651916cd43dd8448eb211c80319c-…-01"}

const { metrics } = await plugin.diagnostics.collectMetrics({});
const text = new TextDecoder().decode(metrics?.prometheus);
for (const line of text.split("\n")) if (/^(grafana|demo)/.test(line)) console.log(line);
// → demo_queries_total 2
// → grafana_plugin_request_total{endpoint="queryData",status="error",status_source="downstream"} 1
// → grafana_plugin_request_total{endpoint="callResource",status="ok",status_source="plugin"} 1

// A plugin may take some time to end, and its log is complete then.
await plugin.close({ graceMs: 60_000 });
const partial = log.find(({ message }) => message === "Partial data response error");
console.log(partial?.level, partial?.fields);
// → error {
// →   pluginId: 'demo',
// →   pluginVersion: '1.0.0',
// →   endpoint: 'queryData',
// →   traceId: '0af7651916cd43dd8448eb211c80319c',
// →   panel: '7',
// →   refID: 'B',
// →   status: 404,
// →   error: 'no such table',
// →   statusSource: 'downstream'
// → }
for (const { level, message, fields } of log) {
  if (message === "a query has come") console.log(level, fields["panel"], fields["refId"]);
  if (message.startsWith("sdk.")) console.log(message, fields["request_status"]);
  if (message === "Plugin Request Completed") console.log(level, fields["endpoint"], fields["status"]);
}
// → info 7 A
// → info 7 B
// → error queryData error
// → sdk.queryData error
// → info callResource ok
// → sdk.callResource ok
