import { test } from "node:test";
import { buildImage } from "../../scripts/proto/image.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import type { Command, Report, Variant } from "./cell.ts";
import { typeScriptPlugin } from "./fixture-commands.ts";
import { runGoHost } from "./go-host.ts";
import { buildGoPeers, withoutGo } from "./go-peers.ts";
import { runTypeScriptHost } from "./typescript-host.ts";

const go = await buildGoPeers();
const image = await buildImage();

const variants: readonly Variant[] = (["unix", "tcp"] as const).flatMap((network) => [
  { major: 1, network },
  { major: 2, network },
  { major: 2, network, lacksServices: true },
  { major: 2, network, hasExtensions: true },
]);

function nameOf(host: string, plugin: string, variant: Variant): string {
  const extra =
    variant.lacksServices === true
      ? " lacking services"
      : variant.hasExtensions === true
        ? " with extensions and v3"
        : "";
  return `${host} host × ${plugin} plugin × v${variant.major}${extra} over ${variant.network}`;
}

type RunHost = (plugin: Command, variant: Variant, report: Report) => Promise<void>;

/** One cell. Each case is a test of its own below it, so that the output lists the matrix by name. */
function testCell(
  name: string,
  runHost: RunHost,
  plugin: Command,
  variant: Variant,
  skip: string | false = false,
): void {
  test(name, { skip }, async (t) => {
    await privateTmp(t);
    await runHost(plugin, variant, async (caseName, run) => {
      await t.test(caseName, run);
    });
  });
}

const typeScriptHost: RunHost = (plugin, variant, report) =>
  runTypeScriptHost(plugin, variant, image, report);

for (const variant of variants) {
  testCell(nameOf("TypeScript", "TypeScript", variant), typeScriptHost, typeScriptPlugin, variant);
  if (go === undefined) continue;
  const goHost: RunHost = (plugin, cell, report) => runGoHost(go.host, plugin, cell, image, report);
  const goPlugin: Command = { command: go.plugin, args: [] };
  testCell(nameOf("Go", "TypeScript", variant), goHost, typeScriptPlugin, variant);
  // The only listener of a Go plugin that a host starts on this system is a unix socket.
  const skip =
    variant.network === "tcp" ? "a Go plugin listens on TCP only on Windows or in standalone mode" : false;
  testCell(nameOf("TypeScript", "Go", variant), typeScriptHost, goPlugin, variant, skip);
  testCell(nameOf("Go", "Go", variant), goHost, goPlugin, variant, skip);
}

if (go === undefined) test("Go host × any plugin, any host × Go plugin", { skip: withoutGo }, () => {});
