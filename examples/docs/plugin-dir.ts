import { fileURLToPath } from "node:url";
import { launchPlugin, readPluginDir } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";

const folder = fileURLToPath(new URL("../weather-datasource", import.meta.url));
const { command, manifest, warnings } = await readPluginDir(folder, { grafanaVersion: "12.4.0" });
console.log(manifest.id, manifest.version, warnings); // → example-weather-datasource 1.0.0 [ 'info.updated: is missing' ]

if (command === undefined) throw new Error(`${manifest.id} has no backend`);
const plugin = await launchPlugin({ command, protocols: [v2] });
console.log((await plugin.diagnostics.checkHealth({})).message); // → 2922 days of weather in 2 places
await plugin.close();
