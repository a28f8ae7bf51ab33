import { type AppInstancesOptions, createAppInstances } from "./instances/create-instances.ts";
import { assemblePlugin, type PluginParts, type SdkPlugin } from "./plugin-parts.ts";
import type { AppSettings, SecureData } from "./settings/instance-settings.ts";

/** Options of `appPlugin`. */
export interface AppPluginOptions<Instance, Json, Secure, Models, Datas>
  extends AppInstancesOptions<Instance, Json, Secure>,
    PluginParts<Models, Datas, Instance, AppSettings<Json, Secure>> {}

/**
 * Makes an app plugin of its parts, as `dataSource` does a data source. Its instances are those of an organisation.
 *
 * @throws PluginError `invalid_option`
 */
export function appPlugin<
  Instance = undefined,
  Json = unknown,
  Secure = SecureData,
  Models = unknown,
  Datas = unknown,
>(
  options: AppPluginOptions<Instance, Json, Secure, Models, Datas>,
): SdkPlugin<Instance, AppSettings<Json, Secure>> {
  return assemblePlugin(options, createAppInstances(options));
}
