import assert from "node:assert/strict";
import type { PluginClient, ProtocolMajor } from "grafana-plugin-protocol";
import { type LaunchedPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";
import { testedTransport } from "../helpers/tested-transport.ts";
import type { Case } from "./case.ts";
import { casesExtensions } from "./cases-extensions.ts";
import { casesV1 } from "./cases-v1.ts";
import { casesV2, missingServicesCases } from "./cases-v2.ts";
import { type Command, type Report, type Variant, variantEnvironment } from "./cell.ts";
import { extendedV2 } from "./fixture-extensions.ts";

/** Runs every case of a variant with our own host. */
export async function runTypeScriptHost(
  plugin: Command,
  variant: Variant,
  image: string,
  report: Report,
): Promise<void> {
  const tls = variant.hasTls === true ? "auto" : "off";
  const options = {
    ...plugin,
    transport: testedTransport,
    env: variantEnvironment(variant, image),
    tls,
  } as const;
  if (variant.major === 1) {
    await runCases(await launchPlugin({ ...options, protocols: [v1] }), casesV1, report);
  } else if (variant.hasExtensions === true) {
    await runCases(await launchPlugin({ ...options, protocols: [extendedV2] }), casesExtensions, report);
  } else {
    const cases = variant.lacksServices === true ? missingServicesCases : casesV2;
    await runCases(await launchPlugin({ ...options, protocols: [v2] }), cases, report);
  }
}

async function runCases<M extends ProtocolMajor>(
  plugin: LaunchedPlugin<M>,
  cases: readonly Case<PluginClient<M>>[],
  report: Report,
): Promise<void> {
  try {
    for (const { name, run } of cases) await report(name, () => run(plugin));
    await report("stop: the plugin ends by itself", async () => {
      await plugin.close({ graceMs: 60_000 });
      assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
    });
  } finally {
    await plugin.close();
  }
}
