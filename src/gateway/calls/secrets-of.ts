import type { DataSource } from "../data-sources/data-source.ts";
import type { PluginInfo } from "../plugins/plugin-info.ts";

/** Values of secrets. */
export type Secrets = readonly string[];

/**
 * The secrets that a plugin is sent with a call: those of the data source, and its own if it is an app. `app` of a plugin
 * is what it has now, so after a call pass what it was before.
 */
export function secretsOf(
  info: Pick<PluginInfo, "app"> | undefined,
  source: DataSource | undefined,
): Secrets {
  return [
    ...Object.values(source?.settings().decryptedSecureJsonData ?? {}),
    ...Object.values(info?.app?.decryptedSecureJsonData ?? {}),
  ];
}
