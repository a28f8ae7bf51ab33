// A host that is bundled into one file: it starts `argv[2] …`, reads Arrow from it over TLS, and prints what it read.
import { rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const [command = "", ...args] = process.argv.slice(2);
const plugin = await launchPlugin({ command, args, protocols: [v2], tls: process.env.TLS ?? "auto" });
try {
  const queries = [{ refId: "A", timeRange: {} }];
  const results = await decodeQueryData(await plugin.data.queryData({ pluginContext: {}, queries }));
  for (const { error, frames } of results.values()) {
    if (error !== undefined) throw error;
    console.log(JSON.stringify(frames.flatMap((frame) => [...rowsOf(frame)])));
  }
} finally {
  await plugin.close();
}
