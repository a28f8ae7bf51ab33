import { parseArgs } from "node:util";
import type { SocketTransport } from "grafana-plugin-protocol/transport";
import { startHost } from "./host.ts";
import { loads } from "./loads.ts";

/**
 * Starts a plugin and puts one load on it; prints the figures as one JSON line.
 * Arguments: `--load calls --seconds 0.8 --packets 100000 -- command arguments…`
 */
export async function runLoad(transport: SocketTransport): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      load: { type: "string", default: "calls" },
      seconds: { type: "string", default: "1" },
      packets: { type: "string", default: "100000" },
    },
  });
  const load = loads[values.load];
  if (load === undefined) {
    throw new Error(`--load must be one of ${Object.keys(loads).join(", ")}, got "${values.load}"`);
  }
  const host = await startHost(transport, positionals);
  try {
    const size = { seconds: Number(values.seconds), packets: Number(values.packets) };
    console.log(JSON.stringify(await load(host, size)));
  } finally {
    await host.close();
  }
}
