import { createInstances, type DataSourceInstancesOptions } from "./instances/create-instances.ts";
import { assemblePlugin, type PluginParts, type SdkPlugin } from "./plugin-parts.ts";
import type { DataSourceSettings, SecureData } from "./settings/instance-settings.ts";

/** Options of `dataSource`. */
export interface DataSourceOptions<Instance, Json, Secure, Models, Datas>
  extends DataSourceInstancesOptions<Instance, Json, Secure>,
    PluginParts<Models, Datas, Instance, DataSourceSettings<Json, Secure>> {}

/**
 * Makes a data source plugin of its parts: `servePlugin([dataSource({ … })])`. Each part is also a function of its own,
 * for `implement`: `createInstances`, `serveQueries`, `serveHealth`, `serveStreams` and so on.
 *
 * Types flow from the top down: the schemas type what `create` receives, what it returns types `instance` in each
 * handler, and the schema of a query types its model. So write `settings`, `secrets` and `create` before the handlers.
 *
 * @throws PluginError `invalid_option`
 */
export function dataSource<
  Instance = undefined,
  Json = unknown,
  Secure = SecureData,
  Models = unknown,
  Datas = unknown,
>(
  options: DataSourceOptions<Instance, Json, Secure, Models, Datas>,
): SdkPlugin<Instance, DataSourceSettings<Json, Secure>> {
  return assemblePlugin(options, createInstances(options));
}
