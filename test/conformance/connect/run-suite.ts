import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { buildGoTool } from "../go-tool.ts";

/** How many cases the pinned version has for config.yaml: fewer would mean that some were left out. */
export const caseCounts = { server: 570, client: 646 } as const;

/**
 * Runs the whole suite against client.ts or server.ts of this folder, on the runtime whose executable is given,
 * without a list of cases that may fail. Rejects with what the suite printed unless every case passed.
 */
export async function runSuite(mode: "client" | "server", runtime: string): Promise<void> {
  const suitePath = await buildGoTool("connectconformance");
  const program = join(import.meta.dirname, `${mode}.ts`);
  const command = [runtime, "--conditions=grafana-plugin-protocol-source", program];
  const config = join(import.meta.dirname, "config.yaml");
  const args = ["--mode", mode, "--conf", config, "--", ...command];
  const output = await new Promise<string>((resolve) => {
    execFile(suitePath, args, { maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  const passed = /^(\d+) passed, 0 failed$/m.exec(output)?.[1];
  assert.equal(passed, String(caseCounts[mode]), output.slice(-20_000));
}
