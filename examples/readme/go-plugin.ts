import { launchPlugin } from "grafana-plugin-protocol/host";
import { CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

const command = process.argv[2] ?? "./gpx_demo_linux_amd64";
const pluginContext = {
  orgId: 1n,
  pluginId: "demo-datasource",
  dataSourceInstanceSettings: {
    id: 1n,
    uid: "demo",
    name: "Demo",
    url: "http://localhost:9000",
    jsonData: new TextEncoder().encode(JSON.stringify({ database: "demo" })),
    decryptedSecureJsonData: { password: "secret" },
    lastUpdatedMS: BigInt(Date.now()),
  },
};
const plugin = await launchPlugin({
  command,
  protocols: [v2],
  onLog: ({ level, message }) => console.error(level, message),
});
try {
  const { status, message } = await plugin.diagnostics.checkHealth({ pluginContext });
  console.log(`${Health[status]}: ${message}`);
} finally {
  await plugin.close();
}
