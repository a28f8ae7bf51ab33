import { launchPlugin, type PluginLogRecord } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { followStream, showChunks, showHealth, showQueries } from "./show-weather.ts";
import { showQueriesV1 } from "./show-weather-v1.ts";
import { weatherExecutable } from "./weather-executable.ts";

const logs: PluginLogRecord[] = [];
const begin = performance.now();
await using plugin = await launchPlugin({
  command: weatherExecutable(),
  protocols: process.argv.includes("--v1") ? [v1] : [v2, v1],
  onLog: (record) => logs.push(record),
});
const connected = performance.now();

switch (plugin.protocolVersion) {
  case 2:
    await showHealth(plugin);
    await showQueries(plugin);
    await showChunks(plugin);
    await followStream(plugin);
    break;
  case 1:
    await showQueriesV1(plugin);
    break;
  default:
    plugin satisfies never;
}

const done = performance.now();
await plugin.close();
const { code } = await plugin.process.exited;
const network = logs.find(({ message }) => message === "weather is served")?.fields["network"];
console.log(
  `\nproven: protocol ${plugin.protocolVersion} over ${network} with process ${plugin.process.pid}: ` +
    `connected in ${ms(connected - begin)}, all answered in ${ms(done - connected)}, ` +
    `stopped with exit code ${code} in ${ms(performance.now() - done)}`,
);

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
