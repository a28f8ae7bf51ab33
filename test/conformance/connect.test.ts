import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import { withoutGo } from "../interop/go-peers.ts";
import { buildGoTool, hasGo } from "./go-tool.ts";

const config = join(import.meta.dirname, "connect", "config.yaml");
const verdict = /^(\d+) passed, 0 failed$/m;

/** Runs the whole suite, without a list of cases that may fail, and gives what it printed. */
async function runSuite(mode: "client" | "server"): Promise<string> {
  const suitePath = await buildGoTool("connectconformance");
  const program = join(import.meta.dirname, "connect", `${mode}.ts`);
  const node = [process.execPath, "--conditions=grafana-plugin-protocol-source", program];
  return new Promise((resolve) => {
    const args = ["--mode", mode, "--conf", config, "--", ...node];
    execFile(suitePath, args, { maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

suite("Connect's conformance suite, gRPC over HTTP/2", { skip: hasGo ? false : withoutGo }, () => {
  // How many cases the pinned version has for this configuration: fewer would mean that some were left out.
  for (const [mode, cases] of [
    ["server", 570],
    ["client", 646],
  ] as const) {
    test(`passes as a ${mode}, every one of ${cases} cases`, async () => {
      const output = await runSuite(mode);

      assert.equal(verdict.exec(output)?.[1], String(cases), output.slice(-20_000));
    });
  }
});
