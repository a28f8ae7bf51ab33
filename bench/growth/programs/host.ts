// The host of the curves: starts a plugin, puts one load on it, and prints what it found as one JSON line.
// node host.cjs --load crowd --seconds 0.8 --starts 5 --plugins 100 -- command arguments…
import { parseArgs } from "node:util";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { crowd } from "./load-crowd.ts";
import { metadata } from "./load-metadata.ts";
import type { Figures, LoadSize } from "./load-size.ts";
import { stops } from "./load-stops.ts";
import { streams } from "./load-streams.ts";
import type { Plugin } from "./plugin-calls.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    load: { type: "string", default: "crowd" },
    seconds: { type: "string", default: "1" },
    starts: { type: "string", default: "5" },
    plugins: { type: "string", default: "100" },
  },
});
const loads: Readonly<Record<string, (launch: () => Promise<Plugin>, size: LoadSize) => Promise<Figures>>> = {
  crowd,
  metadata,
  stops,
  streams,
};

void main();

async function main(): Promise<void> {
  const load = loads[values.load];
  if (load === undefined) {
    throw new Error(`--load must be one of ${Object.keys(loads).join(", ")}, got "${values.load}"`);
  }
  const [command = "", ...args] = positionals;
  const size = {
    seconds: Number(values.seconds),
    starts: Number(values.starts),
    plugins: Number(values.plugins),
  };
  console.log(JSON.stringify(await load(() => launchPlugin({ command, args, protocols: [v2] }), size)));
}
