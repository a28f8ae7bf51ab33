import { formatFrameTable } from "grafana-plugin-protocol/frames";
import { launchPlugin, readPluginDir } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const { command, manifest } = await readPluginDir("plugins/example-counter-datasource");
if (command === undefined) throw new Error(`${manifest.id} has no backend`);

const plugin = await launchPlugin({ command, protocols: [v2] });
try {
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  // What a Grafana sends with each call: who asks, for which data source, with its settings and secrets.
  const pluginContext = {
    orgId: 1n,
    pluginId: manifest.id,
    dataSourceInstanceSettings: {
      id: 1n,
      uid: "counter",
      name: "Counter",
      jsonData: encode({ step: 2.5 }),
      decryptedSecureJsonData: { token: "secret" },
      lastUpdatedMS: BigInt(Date.now()),
    },
  };
  console.log((await plugin.diagnostics.checkHealth({ pluginContext })).message);

  const queries = [{ refId: "A", timeRange: {}, json: encode({ count: 4 }) }];
  const results = await decodeQueryData(await plugin.data.queryData({ pluginContext, queries }));
  for (const { frames, error } of results.values()) {
    console.log(error?.message ?? frames.map((frame) => formatFrameTable(frame)).join("\n"));
  }
} finally {
  await plugin.close();
}
