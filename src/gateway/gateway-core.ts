import type { ContextMessage } from "./calls/create-context-maker.ts";
import type { DataSourceRegistry } from "./data-sources/create-registry.ts";
import type { DataSource } from "./data-sources/data-source.ts";
import type { HttpCall } from "./http/http-call.ts";
import type { Metrics } from "./observe/create-metrics.ts";
import type { AppRegistry } from "./plugins/create-app-registry.ts";
import type { PluginInfo } from "./plugins/plugin-info.ts";
import type { PluginSlot } from "./plugins/plugin-slot.ts";
import type { ResolvedGatewayOptions } from "./resolve-options.ts";

/** What the routes of a gateway work with. */
export interface GatewayCore {
  readonly settings: ResolvedGatewayOptions;
  readonly sources: DataSourceRegistry;
  readonly apps: Pick<AppRegistry, "onReplaced">;
  readonly plugins: ReadonlyMap<string, PluginSlot>;
  readonly problems: readonly string[];
  readonly metrics: Metrics;
  /** Requests that are being answered. */
  readonly inFlight: () => number;
  /** Resolves at the end of this turn of the event loop. */
  readonly turnEnd: () => Promise<void>;
  readonly contextOf: (call: HttpCall, info: PluginInfo, source: DataSource | undefined) => ContextMessage;
}
