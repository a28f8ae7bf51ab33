import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";

const command = process.argv[2] ?? "examples/weather-datasource/gpx_weather_linux_amd64";
// [v2] pins version 2, and refuses a plugin without it. Of two, the plugin takes its highest.
const plugin = await launchPlugin({ command, protocols: [v2, v1] });
try {
  // A call compiles only where its major is known. A third major in the list would need a case here.
  if (plugin.protocolVersion === 2) console.log(2, await plugin.diagnostics.checkHealth({}));
  else console.log(1, await plugin.datasource.query({ queries: [] }));
} finally {
  await plugin.close();
}
