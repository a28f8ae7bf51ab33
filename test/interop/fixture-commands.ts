import { join } from "node:path";
import type { Command } from "./cell.ts";

/** Starts the fixture plugin of this folder on the Node that runs the tests. */
export const typeScriptPlugin: Command = {
  command: process.execPath,
  args: ["--conditions=grafana-plugin-protocol-source", join(import.meta.dirname, "fixture-plugin.ts")],
};
