import type { DataSource } from "../data-sources/data-source.ts";
import type { PluginInfo } from "../plugins/plugin-info.ts";

/** The settings of a stream: those of the data source, unless it is one of a plugin, and those of the app if it is one. */
export interface OpenedWith {
  readonly source: DataSource | undefined;
  readonly app: PluginInfo["app"];
}
