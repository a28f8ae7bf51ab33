// A host of one's own: starts the service and the plugin, and shows what the plugin answers.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { formatFrameTable } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { createGreenhouse } from "./service.ts";

const service = createGreenhouse("secret").listen(0, "127.0.0.1");
await once(service, "listening");

const [command = process.execPath, ...args] = process.argv.slice(2);
const plugin = await launchPlugin({
  command,
  args: command === process.execPath ? [...process.execArgv, `${import.meta.dirname}/plugin.ts`] : args,
  protocols: [v2],
});
try {
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const pluginContext = {
    orgId: 1n,
    dataSourceInstanceSettings: {
      id: 1n,
      uid: "greenhouse",
      url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
      jsonData: encode({ pollMs: 100 }),
      decryptedSecureJsonData: { token: "secret" },
    },
  };
  console.log((await plugin.diagnostics.checkHealth({ pluginContext })).message);

  const query = {
    refId: "A",
    queryType: "history",
    json: encode({ sensor: "north" }),
    timeRange: { fromEpochMS: 0n, toEpochMS: 4n * 3_600_000n },
    intervalMS: 3_600_000n,
  };
  const answers = await decodeQueryData(await plugin.data.queryData({ pluginContext, queries: [query] }));
  for (const { frames, error } of answers.values()) {
    console.log(error?.message ?? frames.map((frame) => formatFrameTable(frame)).join("\n"));
  }

  let packets = 0;
  for await (const _ of plugin.stream.runStream({ pluginContext, path: "live/south" })) {
    packets += 1;
    if (packets === 3) break;
  }
  console.log(`${packets} packets of the stream`);
} finally {
  await plugin.close();
  service.close();
}
