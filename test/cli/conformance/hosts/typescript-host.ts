// A host that calls each kind of method of the plugin that it is given, and closes it. Exit code 1: a call failed.
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";

const [command = ""] = process.argv.slice(2);
const pluginContext = { orgId: 1n };

const plugin = await launchPlugin({ command, protocols: [v2] });
try {
  await plugin.diagnostics.checkHealth({ pluginContext });
  await plugin.diagnostics.collectMetrics({});
  await plugin.data.queryData({ pluginContext, queries: [{ refId: "A", timeRange: {} }] });
  for await (const _ of plugin.resource.callResource({ pluginContext, path: "a", method: "GET" }));
  for await (const _ of plugin.stream.runStream({ pluginContext, path: "a" }));
} finally {
  await plugin.close();
}
