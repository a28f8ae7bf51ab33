// The v2 row of the interop matrix on Bun, over our own transport.
import { join } from "node:path";
import { test } from "node:test";
import { buildImage } from "../../scripts/proto/image.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { compileCache } from "../helpers/run-program.ts";
import type { Command, Report, Variant } from "../interop/cell.ts";
import { typeScriptPlugin } from "../interop/fixture-commands.ts";
import { runGoHost } from "../interop/go-host.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { runHostProgram } from "../interop/run-host-program.ts";
import { installBun } from "./install-bun.ts";

const bun = await installBun();
const go = await buildGoPeers();
const image = await buildImage();

const variants: readonly (Variant & { readonly name: string })[] = [
  { name: "over unix", major: 2, network: "unix" },
  { name: "over tcp", major: 2, network: "tcp" },
  { name: "over unix with TLS", major: 2, network: "unix", hasTls: true },
  { name: "lacking services over unix", major: 2, network: "unix", lacksServices: true },
  { name: "with extensions and v3 over unix", major: 2, network: "unix", hasExtensions: true },
];
const env = { ...compileCache, TEST_TRANSPORT: "grpc" };
const bunPlugin: Command = { ...typeScriptPlugin, command: bun };

type RunHost = (plugin: Command, variant: Variant, report: Report) => Promise<void>;

const hostOn =
  (runtime: string): RunHost =>
  (plugin, variant, report) => {
    const program = join(import.meta.dirname, "host-program.ts");
    const flags = ["--conditions=grafana-plugin-protocol-source", program, JSON.stringify(variant), image];
    const args = [...flags, plugin.command, ...plugin.args];
    return runHostProgram("the host", { command: runtime, args }, env, report);
  };
const bunHost = hostOn(bun);
const nodeHost = hostOn(process.execPath);

/** One cell. Each case is a test of its own below it, so that the output lists them by name. */
function testCell(name: string, runHost: RunHost, plugin: Command, variant: Variant): void {
  test(name, async (t) => {
    await privateTmp(t);
    await runHost(plugin, variant, async (caseName, run) => {
      await t.test(caseName, run);
    });
  });
}

for (const { name, ...variant } of variants) {
  testCell(`Bun host × Bun plugin × v2 ${name}`, bunHost, bunPlugin, variant);
  testCell(`Bun host × Node plugin × v2 ${name}`, bunHost, typeScriptPlugin, variant);
  testCell(`Node host × Bun plugin × v2 ${name}`, nodeHost, bunPlugin, variant);
  if (go === undefined) continue;
  const goHost: RunHost = (plugin, cell, report) => runGoHost(go.host, plugin, cell, image, report, { env });
  testCell(`Go host × Bun plugin × v2 ${name}`, goHost, bunPlugin, variant);
  // The only listener of a Go plugin that a host starts on this system is a unix socket.
  if (variant.network === "unix") {
    testCell(`Bun host × Go plugin × v2 ${name}`, bunHost, { command: go.plugin, args: [] }, variant);
  }
}

if (go === undefined) test("Go host × Bun plugin, Bun host × Go plugin", { skip: withoutGo }, () => {});
