import { rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const plugin = await launchPlugin({
  command: process.argv[2] ?? "build/gpx_sine_linux_amd64",
  protocols: [v2],
});
try {
  console.log((await plugin.diagnostics.checkHealth({ pluginContext: {} })).message);
  const timeRange = { fromEpochMS: 0n, toEpochMS: 60_000n };
  const queries = [{ refId: "A", timeRange, intervalMS: 15_000n, json: new TextEncoder().encode("{}") }];
  const results = await decodeQueryData(await plugin.data.queryData({ pluginContext: {}, queries }));
  for (const { error, frames } of results.values()) {
    console.log(error?.message ?? frames.flatMap((frame) => [...rowsOf(frame)]));
  }
} finally {
  await plugin.close();
}
