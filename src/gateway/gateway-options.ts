import type { PluginClient } from "../protocol.ts";
import type { V1 } from "../v1/v1.ts";
import type { V2 } from "../v2/v2.ts";
import type { GatewayLiveOptions } from "./live/live-options.ts";

/** The API that a gateway answers in: that of the newest Grafana, or of Plutono 7.5, a fork of Grafana 7.5. */
export type ApiStyle = "grafana" | "plutono";

/** A client of a plugin of either major. */
export type AnyPluginClient = PluginClient<V1> | PluginClient<V2>;

/**
 * How a gateway starts a plugin and keeps it running. For anything else call `supervisePlugin` of `./host` and pass its
 * plugin as `client`.
 */
export interface GatewayLaunchOptions {
  /** Path of the executable, or a name that is looked up in `PATH`. */
  readonly command: string;
  /** Arguments of the executable. Default none, as Grafana. */
  readonly args?: readonly string[] | undefined;
  /** Working directory of the plugin. Default the gateway's. */
  readonly cwd?: string | undefined;
  /** Environment variables beside those that a Grafana sets, such as `GF_PLUGIN_<SETTING>`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * Variables that the plugin inherits from the gateway: all (`true`), none (`false`), or the names given. Default: PATH,
   * HOME, TMPDIR, TZ, LANG and what Grafana passes on, so that secrets in the gateway's environment stay there.
   */
  readonly inheritEnv?: boolean | readonly string[] | undefined;
  /** Milliseconds until the plugin has to be connected. Default 60000, as go-plugin. */
  readonly startTimeoutMs?: number | undefined;
  /** Milliseconds that a call waits for a plugin that is being restarted; 0 fails at once. Default 10000. */
  readonly waitMs?: number | undefined;
  /** For development: restarts the plugin when its executable or script changes, or one of these files. Default `false`. */
  readonly reload?: boolean | readonly string[] | undefined;
}

/** A plugin that is not read from a folder. */
export interface GatewayPlugin {
  /** The id that data sources have as their `type`. */
  readonly id: string;
  /** Default the id. */
  readonly name?: string | undefined;
  /** Default `datasource`. */
  readonly type?: "app" | "datasource" | undefined;
  /** Its own version. Default none. */
  readonly version?: string | undefined;
  /** How to start it; either this or `client`. */
  readonly launch?: GatewayLaunchOptions | undefined;
  /**
   * A client of a plugin that runs already, such as one of `createInMemoryPlugin`, `attachPlugin` or `supervisePlugin`.
   * The gateway does not close it.
   */
  readonly client?: AnyPluginClient | undefined;
  /** Settings of an app, for its calls. */
  readonly app?: GatewayAppSettings | undefined;
}

/** Settings of an app, as Grafana stores them. */
export interface GatewayAppSettings {
  readonly jsonData?: Readonly<Record<string, unknown>> | undefined;
  /** Secrets. Only the plugin receives them. */
  readonly secureJsonData?: Readonly<Record<string, string>> | undefined;
  /** Default the time at which the gateway was made. */
  readonly lastUpdated?: Date | undefined;
}

/** A data source, as Grafana's provisioning has it. */
export interface GatewayDataSource {
  readonly name: string;
  /** The id of its plugin. */
  readonly type: string;
  /** Letters, digits, `-` and `_`, at most 40. Default: the name with other characters replaced by `-`. */
  readonly uid?: string | undefined;
  /** A number that no other data source has. Default: the first free one from 1 on. */
  readonly id?: number | undefined;
  readonly url?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly basicAuth?: boolean | undefined;
  readonly basicAuthUser?: string | undefined;
  readonly withCredentials?: boolean | undefined;
  /** Default `false`; that of the first one is `true` for clients that ask for the default, if no other is. */
  readonly isDefault?: boolean | undefined;
  /** Whether clients are told that they cannot change it. They never can. Default `true`. */
  readonly readOnly?: boolean | undefined;
  /** Default 1. */
  readonly version?: number | undefined;
  readonly apiVersion?: string | undefined;
  readonly jsonData?: Readonly<Record<string, unknown>> | undefined;
  /** Secrets. Only the plugin receives them. */
  readonly secureJsonData?: Readonly<Record<string, string>> | undefined;
  /**
   * Plugins make a new instance when this changes. Default: the time at which the gateway was given the data source,
   * kept while nothing else of it changes.
   */
  readonly lastUpdated?: Date | undefined;
}

/** The user in whose name plugins are called. */
export interface GatewayUser {
  readonly login: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** `Viewer`, `Editor` or `Admin`. Default `Viewer`. */
  readonly role?: string | undefined;
}

/** A line of a gateway's log: of a request, of a plugin's life, or that a plugin logged. */
export interface GatewayLogRecord {
  readonly level: "debug" | "error" | "info" | "trace" | "warn";
  readonly message: string;
  /** Names in camelCase, such as `pluginId`, `status`, `durationMs`, `traceId`. What a plugin logs is passed on as it is. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Bounds of a gateway. */
export interface GatewayLimits {
  /** Largest body of a request. Default 16 MiB less 64 KiB: a Go plugin accepts no larger message than 16 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Requests in flight; one more is answered with 503. Default 1000. */
  readonly maxConcurrentRequests?: number | undefined;
  /** Queries of one request. Default 1000. */
  readonly maxQueries?: number | undefined;
  /**
   * Milliseconds until an answer begins; then the calls are cancelled and the answer is 504. `Infinity` for no limit.
   * Default 300000, five minutes: Grafana has no limit of its own, and a client that has gone ends its calls anyway.
   */
  readonly timeoutMs?: number | undefined;
  /** Data sources of one request that are asked at the same time. Default 8, as Grafana. */
  readonly maxDataSourcesAtOnce?: number | undefined;
}

/** Options of `createGateway`, and of `serveGateway` beside those of its server. */
export interface GatewayOptions {
  /**
   * Folders of plugins or folders with such folders (see `findPluginDirs`), and plugins of another origin. A plugin that
   * cannot be read or started does not stop the others: `problems` and the log name it.
   */
  readonly plugins: readonly (GatewayPlugin | string)[];
  /** Default none; `setDataSources` changes them. */
  readonly dataSources?: readonly GatewayDataSource[] | undefined;
  /**
   * Files of Grafana's provisioning with further data sources and settings of apps: a YAML file, or a folder with such
   * files, also Grafana's `provisioning`. They are read again when they change, without losing calls; a change with an
   * error is logged, and what was read before stays. Needs the package `yaml`. Default none.
   */
  readonly provisioning?: string | undefined;
  /** Default `grafana`. */
  readonly api?: ApiStyle | undefined;
  /** The version of Grafana that clients and plugins see. Default `12.4.0`, or `7.5.49` for `plutono`. */
  readonly grafanaVersion?: string | undefined;
  /** How to start all plugins; what a `GatewayPlugin` says for itself comes first. */
  readonly launch?: Omit<GatewayLaunchOptions, "args" | "command"> | undefined;
  /** Settings of apps by the id of their plugin. */
  readonly apps?: Readonly<Record<string, GatewayAppSettings>> | undefined;
  /** Names of feature toggles that plugins see as enabled. */
  readonly featureToggles?: readonly string[] | undefined;
  /** Further entries of `grafanaConfig` for plugins, such as `GF_SQL_ROW_LIMIT`; they replace those of the gateway. */
  readonly grafanaConfig?: Readonly<Record<string, string>> | undefined;
  /** The URL at which clients reach the gateway, for plugins. Default none. */
  readonly appUrl?: string | undefined;
  /**
   * The tokens that clients may send, as `Authorization: Bearer …` or as the password of `Basic`. Default: none,
   * and every client may call. A token never reaches a plugin.
   */
  readonly tokens?: readonly string[] | undefined;
  /** Host names that the `Host` header may have, without port. Default any. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins of pages that may call, such as `https://app.example`, or `*`; those of the gateway itself always may. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The user of a call. Default none, as for a call of Grafana itself. */
  readonly user?: ((header: (name: string) => string | undefined) => GatewayUser | undefined) | undefined;
  readonly limits?: GatewayLimits | undefined;
  /** Grafana Live: streams over WebSocket and server-sent events. */
  readonly live?: GatewayLiveOptions | undefined;
  /** Called for each request, each change of a plugin, and each line of a plugin. Default: nothing is logged. */
  readonly onLog?: ((record: GatewayLogRecord) => void) | undefined;
}
