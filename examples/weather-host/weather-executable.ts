import { fileURLToPath } from "node:url";
import { pluginExecutable } from "grafana-plugin-protocol/host";

/** Hosts look for `<executable>_<os>_<arch>` beside plugin.json, with Go's names. */
export function weatherExecutable(): string {
  return pluginExecutable(fileURLToPath(new URL("../weather-datasource", import.meta.url)), "gpx_weather");
}
