import { hideSecrets } from "../../go-plugin/hide-secrets.ts";
import { readSecureSocksProxy, type SecureSocksProxy } from "./secure-socks-proxy.ts";
import { readBoolean, readInteger, readList, readNumber, readText, type TextValues } from "./text-values.ts";

/** Values that the host passes in the plugin's environment. Absent ones are `undefined` or empty. */
export interface PluginEnvironment {
  /** `PL_VERSION` indicates Plutono, `GF_VERSION` Grafana. */
  readonly host:
    | {
        readonly name: "grafana" | "plutono";
        readonly version: string;
        readonly edition: string | undefined;
      }
    | undefined;
  /** Version of the plugin, as the host read it in `plugin.json`. */
  readonly pluginVersion: string | undefined;
  readonly appUrl: string | undefined;
  /** Names of the enabled feature toggles. */
  readonly featureToggles: readonly string[];
  /** Credentials with which an app signs in to Grafana. The last two are secrets, which `console.log` does not show. */
  readonly appClientId: string | undefined;
  readonly appClientSecret: string | undefined;
  readonly appPrivateKey: string | undefined;
  readonly enterprise: { readonly licensePath: string | undefined; readonly appUrl: string | undefined };
  /** Set if the host turns on profiling. */
  readonly profiling:
    | { readonly port: number; readonly blockRate: number; readonly mutexRate: number }
    | undefined;
  /** Set if the host collects traces: an OTLP gRPC address without TLS. */
  readonly tracing:
    | {
        readonly address: string;
        /** Such as `w3c` and `jaeger`. */
        readonly propagation: readonly string[];
        readonly samplerType: string | undefined;
        readonly samplerParam: number | undefined;
        readonly samplerRemoteUrl: string | undefined;
      }
    | undefined;
  /** Largest answer from a data source, in bytes. */
  readonly responseLimitBytes: number | undefined;
  /** Set if HTTP traffic is to be recorded. */
  readonly harLog: { readonly path: string | undefined } | undefined;
  readonly secureSocksProxy: SecureSocksProxy | undefined;
  /**
   * Settings of the plugin's section of the host's configuration, with their names in upper case: `GF_PLUGIN_<NAME>` of
   * Grafana and `PL_PLUGIN_<NAME>` of Plutono. They may hold secrets, so `console.log` does not show them.
   */
  readonly settings: Readonly<Record<string, string>>;
}

/** Names with the prefix `GF_PLUGIN_` that are not settings. */
const noSettings =
  /^(APP_CLIENT_ID|APP_CLIENT_SECRET|APP_PRIVATE_KEY|VERSION|HAR_LOG_.*|PROFILING_.*|GRPC_ADDRESS_.*)$/;

/**
 * Reads the environment of a plugin, so that other code does not need the names of variables.
 *
 * @param options.pluginId for `GF_PLUGINS_PROFILER`, with which older Grafanas turn on profiling
 * @throws PluginError `invalid_option` for a value that cannot be read, naming the variable. Secrets are not parsed, so
 *   no error text contains one.
 */
export function readPluginEnvironment(
  env: TextValues = process.env,
  options: { readonly pluginId?: string | undefined } = {},
): PluginEnvironment {
  const read = {
    host: readHost(env),
    pluginVersion: readText(env, "GF_PLUGIN_VERSION"),
    appUrl: readText(env, "GF_APP_URL"),
    featureToggles: readList(env, "GF_INSTANCE_FEATURE_TOGGLES_ENABLE"),
    appClientId: readText(env, "GF_PLUGIN_APP_CLIENT_ID"),
    appClientSecret: readText(env, "GF_PLUGIN_APP_CLIENT_SECRET"),
    appPrivateKey: readText(env, "GF_PLUGIN_APP_PRIVATE_KEY"),
    enterprise: {
      licensePath: readText(env, "GF_ENTERPRISE_LICENSE_PATH"),
      appUrl: readText(env, "GF_ENTERPRISE_APP_URL"),
    },
    profiling: readProfiling(env, options.pluginId),
    tracing: readTracing(env),
    responseLimitBytes: readInteger(env, "GF_DATAPROXY_RESPONSE_LIMIT"),
    harLog:
      readBoolean(env, "GF_PLUGIN_HAR_LOG_ENABLED") === true
        ? { path: readText(env, "GF_PLUGIN_HAR_LOG_PATH") }
        : undefined,
    secureSocksProxy: readSecureSocksProxy(env),
    settings: readSettings(env),
  };
  return hideSecrets(read, ["appClientSecret", "appPrivateKey", "settings"]);
}

function readHost(env: TextValues): PluginEnvironment["host"] {
  const plutono = readText(env, "PL_VERSION");
  if (plutono !== undefined) {
    return { name: "plutono", version: plutono, edition: readText(env, "PL_EDITION") };
  }
  const version = readText(env, "GF_VERSION");
  return version === undefined
    ? undefined
    : { name: "grafana", version, edition: readText(env, "GF_EDITION") };
}

function readProfiling(env: TextValues, pluginId: string | undefined): PluginEnvironment["profiling"] {
  const profiled = env["GF_PLUGINS_PROFILER"];
  const isOn =
    profiled === undefined
      ? readBoolean(env, "GF_PLUGIN_PROFILING_ENABLED") === true
      : profiled !== "" && profiled === pluginId;
  if (!isOn) return undefined;
  return {
    port:
      readInteger(env, "GF_PLUGINS_PROFILER_PORT") ?? readInteger(env, "GF_PLUGIN_PROFILING_PORT") ?? 6060,
    blockRate: readInteger(env, "GF_PLUGIN_PROFILING_BLOCK_RATE") ?? 0,
    mutexRate: readInteger(env, "GF_PLUGIN_PROFILING_MUTEX_RATE") ?? 0,
  };
}

function readTracing(env: TextValues): PluginEnvironment["tracing"] {
  const address = readText(env, "GF_INSTANCE_OTLP_ADDRESS");
  if (address === undefined) return undefined;
  return {
    address,
    propagation: readList(env, "GF_INSTANCE_OTLP_PROPAGATION"),
    samplerType: readText(env, "GF_INSTANCE_OTLP_SAMPLER_TYPE"),
    samplerParam: readNumber(env, "GF_INSTANCE_OTLP_SAMPLER_PARAM"),
    samplerRemoteUrl: readText(env, "GF_INSTANCE_OTLP_SAMPLER_REMOTE_URL"),
  };
}

function readSettings(env: TextValues): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const [, key] = /^(?:GF|PL)_PLUGIN_(.+)$/.exec(name) ?? [];
    if (key !== undefined && value !== undefined && !noSettings.test(key)) settings[key] = value;
  }
  return settings;
}
