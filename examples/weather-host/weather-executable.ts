import { fileURLToPath } from "node:url";
import { pluginExecutable } from "grafana-plugin-protocol/host";

/** Hosts look for `<executable>_<os>_<arch>` beside plugin.json, in the words of Go. */
export function weatherExecutable(): string {
  return pluginExecutable(fileURLToPath(new URL("../weather-datasource", import.meta.url)), "gpx_weather");
}
