/** What an attached plugin is and is not to the type checker. Never runs. */
import type { PluginError } from "grafana-plugin-protocol";
import { type AttachInfo, attachPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { v1 } from "grafana-plugin-protocol/v1";
import { v2 } from "grafana-plugin-protocol/v2";

const attachInfo: AttachInfo = { protocolVersion: 2, network: "tcp", address: ":9999" };

export async function anAttachedPluginHasTheClientOfItsMajor(): Promise<void> {
  const plugin = await attachPlugin({ attachInfo, protocols: [v2] });
  await plugin.diagnostics.checkHealth({});
  plugin.protocolVersion satisfies 2;
  (await plugin.closed) satisfies PluginError;
  await plugin.close({ shutdown: true, graceMs: 100 });
  // @ts-expect-error – v1 is not among the majors
  plugin.datasource;
  // @ts-expect-error – it has no process that this host may end
  plugin.process;
}

export async function severalMajorsAreAUnion(): Promise<void> {
  const plugin = await attachPlugin({ attachInfo: "{}", protocols: [v2, v1] });
  if (plugin.protocolVersion === 1) await plugin.datasource.query({});
  else await plugin.diagnostics.checkHealth({});
}

export async function attachInfoIsAbsentOverTls(): Promise<void> {
  const launched = await launchPlugin({ command: "gpx_weather", protocols: [v2] });
  // @ts-expect-error – it may be undefined
  await attachPlugin({ attachInfo: launched.attachInfo, protocols: [v2] });
  if (launched.attachInfo !== undefined) {
    await attachPlugin({ attachInfo: launched.attachInfo, protocols: [v2] });
  }
}
