import type {
  AppInstanceSettings,
  DataSourceInstanceSettings,
  PluginContext,
} from "../../../gen/es/v2/pluginv2/backend_pb.js";
import type { AppSettings, DataSourceSettings, SecureData } from "../settings/instance-settings.ts";
import { readAppSettings, readDataSourceSettings, type SettingsSchemas } from "../settings/read-settings.ts";
import type { InstanceOptions, Instances } from "./instances.ts";
import { manageInstances } from "./manage-instances.ts";

/** Options of `createInstances`. */
export interface DataSourceInstancesOptions<Instance, Json = unknown, Secure = SecureData>
  extends SettingsSchemas<Json, Secure>,
    InstanceOptions<Instance, DataSourceSettings<Json, Secure>> {}

/** Options of `createAppInstances`. */
export interface AppInstancesOptions<Instance, Json = unknown, Secure = SecureData>
  extends SettingsSchemas<Json, Secure>,
    InstanceOptions<Instance, AppSettings<Json, Secure>> {}

/**
 * Creates the instances of a data source plugin when calls need them: one for each data source, tenant, namespace and
 * proxy. Calls that come while it is created wait for the same one. An instance is replaced when the host sends the
 * settings with another `lastUpdated`, or any other entry of its configuration.
 *
 * A call that gives up does not end the creation for the others; the last one does.
 *
 * @throws PluginError `invalid_option`
 */
export function createInstances<Instance = undefined, Json = unknown, Secure = SecureData>(
  options: DataSourceInstancesOptions<Instance, Json, Secure> = {},
): Instances<Instance, DataSourceSettings<Json, Secure>> {
  return manageInstances<DataSourceInstanceSettings, Instance, DataSourceSettings<Json, Secure>>(options, {
    kind: "dataSource",
    settingsOf: ({ dataSourceInstanceSettings }: PluginContext) => dataSourceInstanceSettings,
    read: (stored) => readDataSourceSettings(stored, options),
  });
}

/**
 * Creates the instances of an app plugin when calls need them, as {@link createInstances} does: one for each
 * organisation, tenant and namespace.
 *
 * @throws PluginError `invalid_option`
 */
export function createAppInstances<Instance = undefined, Json = unknown, Secure = SecureData>(
  options: AppInstancesOptions<Instance, Json, Secure> = {},
): Instances<Instance, AppSettings<Json, Secure>> {
  return manageInstances<AppInstanceSettings, Instance, AppSettings<Json, Secure>>(options, {
    kind: "app",
    settingsOf: ({ appInstanceSettings }: PluginContext) => appInstanceSettings,
    read: (stored) => readAppSettings(stored, options),
  });
}
