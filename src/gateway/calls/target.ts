import type { DataSource } from "../data-sources/data-source.ts";
import { uidForm } from "../data-sources/read-data-sources.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { RouteCall } from "../http/route.ts";
import type { PluginSlot } from "../plugins/plugin-slot.ts";
import { pluginById, pluginOf } from "./plugin-of.ts";

/** What a request is for: a plugin, with one of its data sources or none. */
export interface Target {
  readonly slot: PluginSlot;
  readonly source: DataSource | undefined;
}

/** Finds the target of a route by its parameters. @throws HttpFailure 400 or 404 */
export type FindTarget = (core: GatewayCore, params: RouteCall["params"]) => Target;

/** By `:uid`. */
export const targetByUid: FindTarget = (core, { uid = "" }) => {
  if (!uidForm.test(uid)) throw new HttpFailure(400, "UID is invalid");
  return ofSource(core, core.sources.byUid(uid));
};

/** By `:id`, the number of a data source. */
export const targetById: FindTarget = (core, { id = "" }) => {
  if (!/^\d{1,15}$/.test(id)) throw new HttpFailure(400, "id is invalid");
  const source = core.sources.byId(Number(id));
  if (source === undefined && core.settings.style === "plutono") {
    throw new HttpFailure(500, "Unable to load datasource metadata");
  }
  return ofSource(core, source);
};

/** By `:pluginId`. */
export const targetByPlugin: FindTarget = ({ plugins }, { pluginId = "" }) => ({
  slot: pluginById(plugins, pluginId),
  source: undefined,
});

function ofSource(core: GatewayCore, source: DataSource | undefined): Target {
  if (source === undefined) throw new HttpFailure(404, "Data source not found");
  return { slot: pluginOf(core, source), source };
}
