import { PluginError } from "grafana-plugin-protocol";
import { launchPlugin, pluginExecutable } from "grafana-plugin-protocol/host";
import { CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

// dist/gpx_demo_linux_amd64, with Go's names of this system and processor.
const command = process.argv[2] ?? pluginExecutable("dist", "gpx_demo");
const pluginContext = {
  orgId: 1n,
  pluginId: "demo-datasource",
  dataSourceInstanceSettings: {
    id: 1n,
    uid: "demo",
    name: "Demo",
    decryptedSecureJsonData: { password: "secret" },
    lastUpdatedMS: BigInt(Date.now()),
  },
};

try {
  const plugin = await launchPlugin({
    command,
    protocols: [v2],
    onLog: ({ level, message }) => console.log(`log ${level}: ${message}`),
  });
  try {
    const { status, message } = await plugin.diagnostics.checkHealth({ pluginContext });
    console.log(`${Health[status]}: ${message}`);

    const request = { pluginContext, method: "GET", path: "columns", url: "columns" };
    let body = "";
    const decoder = new TextDecoder();
    for await (const part of plugin.resource.callResource(request)) {
      if (body === "") console.log(`HTTP ${part.code}`);
      body += decoder.decode(part.body, { stream: true }); // code and headers are in the first part only
    }
    console.log(body);

    const { metrics } = await plugin.diagnostics.collectMetrics({});
    console.log(decoder.decode(metrics?.prometheus).trim());
  } finally {
    await plugin.close(); // a plugin that runs keeps this program running
  }
} catch (error) {
  if (!(error instanceof PluginError)) throw error;
  console.log(`${error.code}: ${error.message}`); // what to do: docs/errors.md
  process.exitCode = 1;
}
