import { tableFromIPC } from "apache-arrow";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";

const command = process.argv[2] ?? "examples/weather-datasource/gpx_weather_linux_amd64";
await using plugin = await launchPlugin({ command, protocols: [v2] });
const sql = { rawSql: "select location, max(temp_max) as hottest from weather group by 1" };
const query = { refId: "A", timeRange: {}, json: new TextEncoder().encode(JSON.stringify(sql)) };
const { responses } = await plugin.data.queryData({ pluginContext: {}, queries: [query] });
for (const frame of responses["A"]?.frames ?? []) {
  for (const row of tableFromIPC(frame)) console.log(row.toJSON());
}
