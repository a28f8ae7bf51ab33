import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";

const command = process.argv[2] ?? "examples/weather-datasource/gpx_weather_linux_amd64";

// [v2] accepts version 2 only. Of two, the plugin takes its highest, and a call compiles only where it is known which.
const plugin = await launchPlugin({ command, protocols: [v2, v1] });
try {
  switch (plugin.protocolVersion) {
    case 2:
      console.log(2, await plugin.diagnostics.checkHealth({ pluginContext: {} }));
      break;
    case 1:
      console.log(1, await plugin.datasource.query({ queries: [] }));
      break;
    default:
      plugin satisfies never; // A third major in the list does not compile without a case.
  }
} finally {
  await plugin.close();
}
