// A host made of the packed package alone: starts plugin.js, calls it, stops it. Exits 0 and prints one line.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { CheckHealthResponse_HealthStatus, v2 } from "grafana-plugin-protocol/v2";

const lines: string[] = [];
const plugin = await launchPlugin({
  command: process.execPath,
  args: [fileURLToPath(new URL("./plugin.js", import.meta.url))],
  protocols: [v2, v1],
  onLog: ({ message }) => lines.push(message),
});
assert.equal(plugin.protocolVersion, 2, lines.join("\n"));

const { status, message } = await plugin.diagnostics.checkHealth({});
assert.equal(status, CheckHealthResponse_HealthStatus.OK);
assert.equal(message, `Node ${process.versions.node}`);

const { responses } = await plugin.data.queryData({ queries: [{ refId: "A" }, { refId: "B" }] });
assert.deepEqual(Object.keys(responses).sort(), ["A", "B"]);

await plugin.close();
const exit = await plugin.process.exited;
console.log(
  `${message}: protocol ${plugin.protocolVersion}, two answers, plugin ended with ${JSON.stringify(exit)}`,
);
