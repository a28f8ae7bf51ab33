// Lets clients that nobody here wrote call a gateway over real plugins. What this machine cannot run is named in a line.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "../../scripts/ensure-chromium.ts";
import { runCommand } from "../../scripts/run-command.ts";
import { pythonEnvironment, withoutPython } from "../helpers/python-environment.ts";
import { installModules } from "./install-modules.ts";
import { withoutGoPlugin } from "./start-clients-gateway.ts";

const root = join(import.meta.dirname, "..", "..");
const files: string[] = [];
const leftOut = (what: string, why: string): void => console.log(`left out: ${what}: ${why}`);

const python = await pythonEnvironment("grafana-client", join(import.meta.dirname, "requirements.txt"));
if (python === undefined) leftOut("grafana-client", withoutPython);
else files.push("grafana-client.ts");

const { ok: hasCurl } = await runCommand("curl", ["--version"], root).catch(() => ({ ok: false }));
if (hasCurl) files.push("curl-lines.ts");
else leftOut("the lines with curl", "needs curl, and there is none");

const chromium = await ensureChromium();
await installModules();
files.push("grafana-frontend.ts", "client-in-chromium.ts", "runtimes.ts");

if (withoutGoPlugin !== false) leftOut("the plugin on the Go SDK", withoutGoPlugin);
const paths = files.map((file) => join("test", "gateway-clients", file));
const missing = paths.filter((path) => !existsSync(join(root, path)));
if (missing.length > 0) throw new Error(`expected the files ${missing.join(", ")}`);

const { ok, output } = await runCommand(
  process.execPath,
  [
    "--conditions=grafana-plugin-protocol-source",
    "--test",
    // One after the other: browsers and plugins share the processors.
    "--test-concurrency=1",
    "--test-timeout=600000",
    "--test-reporter=spec",
    ...paths,
  ],
  root,
  { ...process.env, CHROMIUM: chromium, GATEWAY_CLIENTS_PYTHON: python ?? "" },
);
console.log(output);
process.exitCode = ok ? 0 : 1;
