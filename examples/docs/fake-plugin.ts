import { launchPlugin } from "grafana-plugin-protocol/host";
import { implement } from "grafana-plugin-protocol/plugin";
import { fakePlugin, scriptedAnswers } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";

const checkHealth = scriptedAnswers({ message: "fine" }, new Error("no database"));
const plugin = await fakePlugin([implement(v2, { diagnostics: { checkHealth } })]);

const host = await launchPlugin({ command: plugin.command, args: plugin.args, protocols: [v2] });

console.log((await host.diagnostics.checkHealth({})).message); // → fine
await host.diagnostics.checkHealth({}).catch((error: Error) => console.log(error.message)); // → [unknown] no database
console.log(checkHealth.requests.length, plugin.starts.length); // → 2 1

plugin.starts[0]?.exit(3);
console.log((await host.closed).exitCode); // → 3
await plugin.close();
