import { type TestContext, test } from "node:test";
import { buildImage } from "../../scripts/proto/image.ts";
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
  const extra = variant.lacksServices === true ? " lacking services" : variant.hasExtensions === true ? " with extensions and v3" : "";
  return `${host} host × ${plugin} plugin × v${variant.major}${extra} over ${variant.network}`;
}

/** Each case is a test of its own under the cell, so that the output lists the matrix by name. */
function reportTo(t: TestContext): Report {
  return async (name, run) => {
    await t.test(name, run);
  };
}

for (const variant of variants) {
  test(nameOf("TypeScript", "TypeScript", variant), (t) =>
    runTypeScriptHost(typeScriptPlugin, variant, image, reportTo(t)),
  );
  if (go === undefined) continue;
  const goPlugin: Command = { command: go.plugin, args: [] };
  test(nameOf("Go", "TypeScript", variant), (t) => runGoHost(go.host, typeScriptPlugin, variant, image, reportTo(t)));
  // The only listener of a Go plugin that a host starts on this system is a unix socket.
  const skip = variant.network === "tcp" ? "a Go plugin listens on TCP only on Windows or in standalone mode" : false;
  test(nameOf("TypeScript", "Go", variant), { skip }, (t) => runTypeScriptHost(goPlugin, variant, image, reportTo(t)));
  test(nameOf("Go", "Go", variant), { skip }, (t) => runGoHost(go.host, goPlugin, variant, image, reportTo(t)));
}

if (go === undefined) test("Go host × any plugin, any host × Go plugin", { skip: withoutGo }, () => {});
