import { rowsOf } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

await using plugin = await launchPlugin({ command: process.argv[2] ?? "", protocols: [v2] });
const { message } = await plugin.diagnostics.checkHealth({});
console.log(message);

const json = new TextEncoder().encode('{"periodSeconds": 60}');
const timeRange = { fromEpochMS: 0n, toEpochMS: 60_000n };
const queries = [{ refId: "A", json, timeRange, intervalMS: 15_000n }];
const results = await decodeQueryData(await plugin.data.queryData({ queries }));
for (const frame of results.get("A")?.frames ?? []) console.log([...rowsOf(frame)]);
