import { rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const command = process.argv[2] ?? "examples/weather-datasource/gpx_weather_linux_amd64";
const plugin = await launchPlugin({ command, protocols: [v2] });
try {
  const sql = { rawSql: "select location, max(temp_max) as hottest from weather group by 1" };
  const query = { refId: "A", timeRange: {}, json: new TextEncoder().encode(JSON.stringify(sql)) };
  const results = await decodeQueryData(await plugin.data.queryData({ pluginContext: {}, queries: [query] }));
  for (const { error, frames } of results.values()) {
    console.log(error?.message ?? frames.flatMap((frame) => [...rowsOf(frame)]));
  }
} finally {
  await plugin.close(); // a plugin that runs keeps this program running
}
