import type { PluginClient } from "../../protocol.ts";
import type { V2 } from "../../v2/v2.ts";
import type { DataSource } from "../data-sources/data-source.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { PluginSlot } from "../plugins/plugin-slot.ts";

/**
 * The plugin of a data source.
 *
 * @throws HttpFailure 404 if the gateway has no such plugin
 */
export function pluginOf({ plugins }: GatewayCore, { type }: DataSource): PluginSlot {
  return pluginById(plugins, type);
}

/** @throws HttpFailure 404 */
export function pluginById(plugins: GatewayCore["plugins"], id: string): PluginSlot {
  const slot = plugins.get(id);
  if (slot === undefined)
    throw new HttpFailure(404, "Plugin not found", { messageId: "plugin.notRegistered" });
  return slot;
}

/**
 * The client of a plugin of major 2, which alone has health, resources and metrics.
 *
 * @throws HttpFailure 404 for a plugin of major 1, PluginError for one that cannot be started
 */
export async function v2ClientOf(slot: PluginSlot, { settings }: GatewayCore): Promise<PluginClient<V2>> {
  const client = slot.clientNow() ?? (await slot.client());
  if (client.protocolVersion === 2) return client;
  throw settings.style === "plutono"
    ? new HttpFailure(404, "Not found")
    : new HttpFailure(404, "Method not implemented", { messageId: "plugin.notImplemented" });
}
