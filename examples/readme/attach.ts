import { attachPlugin } from "grafana-plugin-protocol/host";
import { CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

// The line that a plugin under a debugger printed, `attachInfo` of a launched one, or written by hand.
const attachInfo = process.argv[2] ?? '{"protocolVersion":2,"network":"tcp","address":"127.0.0.1:9999"}';
const plugin = await attachPlugin({ attachInfo, protocols: [v2] });
try {
  const { status, message } = await plugin.diagnostics.checkHealth({});
  console.log(`${Health[status]}: ${message}`);
} finally {
  await plugin.close();
}
