import type { pluginTypes } from "./plugin-json-schema.ts";

/** What a `plugin.json` says, with its defaults. */
export interface PluginManifest {
  readonly id: string;
  readonly type: (typeof pluginTypes)[number];
  /** The id, where the file has no name. */
  readonly name: string;
  /** The plugin has an executable. */
  readonly backend: boolean;
  /** The first part of the executable's name, as the file has it; a renderer's is fixed. */
  readonly executable: string | undefined;
  /** Its queries can be used in alert rules. */
  readonly alerting: boolean;
  readonly annotations: boolean;
  readonly logs: boolean;
  readonly metrics: boolean;
  readonly streaming: boolean;
  readonly tracing: boolean;
  /** Empty when the file has none, or a placeholder that no build has filled. */
  readonly version: string;
  /** The versions of Grafana that the plugin needs, such as `>=10.4.0`; `undefined` for any. */
  readonly grafanaDependency: string | undefined;
  /** Plugins that it needs. */
  readonly dependencies: readonly { readonly id: string; readonly version: string }[];
  /** The whole file, as parsed. */
  readonly json: Readonly<Record<string, unknown>>;
}
