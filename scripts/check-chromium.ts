// Runs the tests of browser pages in Chromium, and first installs Debian's if it is missing and this user may install it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

const root = join(import.meta.dirname, "..");
const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

if (!existsSync(chromium)) await install();
const { ok, output } = await runCommand(
  process.execPath,
  [
    "--conditions=grafana-plugin-protocol-source",
    "--test",
    "--test-reporter=spec",
    "test/transport/connect-node/chromium.test.ts",
  ],
  root,
  { ...process.env, CHROMIUM: chromium, REQUIRE_CHROMIUM: "1" },
);
console.log(output);
process.exitCode = ok ? 0 : 1;

async function install(): Promise<void> {
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", "chromium"]]) {
    const { ok, output } = await runCommand("apt-get", args, root, {
      ...process.env,
      DEBIAN_FRONTEND: "noninteractive",
    });
    if (!ok) throw new Error(`found no Chromium at ${chromium}, and apt-get ${args[0]} failed: ${output}`);
  }
}
