import { supervisePlugin } from "grafana-plugin-protocol/host";
import { CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

const command = process.argv[2] ?? "examples/weather-datasource/gpx_weather_linux_amd64";
const plugin = await supervisePlugin({
  command,
  protocols: [v2],
  reload: process.env["NODE_ENV"] === "development",
  onState: ({ status, reason }) => console.error(status, reason?.code ?? ""),
});
try {
  const { status, message } = await plugin.diagnostics.checkHealth({});
  console.log(`${Health[status]}: ${message}`);
} finally {
  await plugin.close();
}
