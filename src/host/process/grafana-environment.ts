import { unixSocketDirName } from "../../go-plugin/handshake/environment.ts";

/** Settings that a host in place of Grafana passes to a plugin in its environment. Absent settings are not set. */
export interface GrafanaSettings {
  /** Version of Grafana that the plugin may rely on, such as `12.4.0`. */
  readonly version?: string | undefined;
  /** Such as `Open Source`. */
  readonly edition?: string | undefined;
  readonly enterpriseLicensePath?: string | undefined;
  readonly enterpriseAppUrl?: string | undefined;
  readonly appUrl?: string | undefined;
  readonly appClientId?: string | undefined;
  /** A secret. */
  readonly appClientSecret?: string | undefined;
  /** A secret. */
  readonly appPrivateKey?: string | undefined;
  readonly pluginVersion?: string | undefined;
  /** Names of the enabled feature toggles. They are sorted. */
  readonly featureToggles?: readonly string[] | undefined;
  /** Turns on profiling in the plugin; a Go plugin serves pprof at the port. */
  readonly profiling?:
    | { readonly port?: number; readonly blockRate?: number; readonly mutexRate?: number }
    | undefined;
  readonly tracing?:
    | {
        /** OTLP gRPC without TLS, such as `localhost:4317`. */
        readonly address: string;
        /** Such as `w3c`, or `jaeger`. */
        readonly propagation?: readonly string[];
        readonly samplerType?: string;
        readonly samplerParam?: number;
        readonly samplerRemoteUrl?: string;
      }
    | undefined;
  /** Largest answer in bytes that the plugin accepts from its data source. */
  readonly responseLimitBytes?: number | undefined;
  /** The plugin's own section of the configuration; names in any case. `path` and `id` are Grafana's and are left out. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** The part of {@link GrafanaSettings} that Plutono, a fork of Grafana 7.5, has. */
export type PlutonoSettings = Pick<GrafanaSettings, "edition" | "settings" | "version">;

/**
 * Names of Grafana's own environment variables that Grafana 13.2 passes to a plugin, for the option `inheritEnv`. Since
 * 12.4 a plugin gets no others by default; an older Grafana passes on everything, as `inheritEnv: true`, the default
 * here.
 */
export const grafanaInheritedNames: readonly string[] = [
  unixSocketDirName,
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]),
];

/**
 * The `GF_*` variables that Grafana sets for a plugin, for the option `env` of `launchPlugin`. There they override
 * inherited ones, as in the newest Grafana. In older ones the host's own variable overrides them: `env: {
 * ...grafanaEnvironment(settings), ...process.env }`.
 */
export function grafanaEnvironment(settings: GrafanaSettings): Record<string, string> {
  const { profiling, tracing, featureToggles } = settings;
  return withoutAbsent({
    GF_VERSION: settings.version,
    GF_EDITION: settings.edition,
    GF_ENTERPRISE_LICENSE_PATH: settings.enterpriseLicensePath,
    GF_ENTERPRISE_APP_URL: settings.enterpriseAppUrl,
    GF_APP_URL: settings.appUrl,
    GF_PLUGIN_APP_CLIENT_ID: settings.appClientId,
    GF_PLUGIN_APP_CLIENT_SECRET: settings.appClientSecret,
    GF_PLUGIN_APP_PRIVATE_KEY: settings.appPrivateKey,
    GF_PLUGIN_VERSION: settings.pluginVersion,
    GF_INSTANCE_FEATURE_TOGGLES_ENABLE: featureToggles?.toSorted().join(","),
    GF_PLUGIN_PROFILING_ENABLED: profiling === undefined ? undefined : "true",
    GF_PLUGIN_PROFILING_PORT: profiling?.port,
    GF_PLUGIN_PROFILING_BLOCK_RATE: profiling?.blockRate,
    GF_PLUGIN_PROFILING_MUTEX_RATE: profiling?.mutexRate,
    GF_INSTANCE_OTLP_ADDRESS: tracing?.address,
    GF_INSTANCE_OTLP_PROPAGATION: tracing?.propagation?.join(","),
    GF_INSTANCE_OTLP_SAMPLER_TYPE: tracing?.samplerType,
    GF_INSTANCE_OTLP_SAMPLER_PARAM: tracing?.samplerParam,
    GF_INSTANCE_OTLP_SAMPLER_REMOTE_URL: tracing?.samplerRemoteUrl,
    GF_DATAPROXY_RESPONSE_LIMIT: settings.responseLimitBytes,
    ...ownSettings("GF_PLUGIN_", settings.settings),
  });
}

/** The `PL_*` variables that Plutono sets for a plugin: the only ones it sets. See {@link grafanaEnvironment}. */
export function plutonoEnvironment(settings: PlutonoSettings): Record<string, string> {
  return withoutAbsent({
    PL_VERSION: settings.version,
    PL_EDITION: settings.edition,
    ...ownSettings("PL_PLUGIN_", settings.settings),
  });
}

function ownSettings(
  prefix: string,
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const entries = Object.entries(settings).filter(([name]) => !["path", "id"].includes(name.toLowerCase()));
  return Object.fromEntries(entries.map(([name, value]) => [`${prefix}${name.toUpperCase()}`, value]));
}

function withoutAbsent(
  values: Readonly<Record<string, string | number | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
