// Runs the tests of browser pages in Chromium, and first installs Debian's if it is missing and this user may install it.
import { join } from "node:path";
import { ensureChromium } from "./ensure-chromium.ts";
import { runCommand } from "./run-command.ts";

const root = join(import.meta.dirname, "..");
const chromium = await ensureChromium();
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
