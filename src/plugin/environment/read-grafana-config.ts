import { hideSecrets } from "../../go-plugin/hide-secrets.ts";
import { readSecureSocksProxy, type SecureSocksProxy } from "./secure-socks-proxy.ts";
import { readInteger, readList, readText, type TextValues } from "./text-values.ts";

/** Configuration that Grafana sends with each call. Settings that it did not send are `undefined` or empty. */
export interface GrafanaConfig {
  /** Names of the enabled feature toggles. */
  readonly featureToggles: readonly string[];
  /** Grafana's own URL. Taken from the environment if the configuration lacks it, for older Grafanas. */
  readonly appUrl: string | undefined;
  /** A secret, which `console.log` does not show. Taken from the environment if the configuration lacks it. */
  readonly appClientSecret: string | undefined;
  readonly concurrentQueryCount: number | undefined;
  /** Text shown to users instead of an internal error. */
  readonly userFacingDefaultError: string | undefined;
  /** Largest answer from a data source, in bytes. */
  readonly responseLimitBytes: number | undefined;
  readonly liveClientQueueMaxSize: number | undefined;
  /** Only if Grafana sent all four values, as in the Go SDK. */
  readonly sql:
    | {
        readonly rowLimit: number;
        readonly maxOpenConnsDefault: number;
        readonly maxIdleConnsDefault: number;
        readonly maxConnLifetimeSecondsDefault: number;
      }
    | undefined;
  readonly secureSocksProxy: SecureSocksProxy | undefined;
}

/**
 * Reads `pluginContext.grafanaConfig` of a call. Plutono and Grafana before 10 send none.
 *
 * @throws PluginError `invalid_option` for a value that cannot be read, naming its key. Secrets are not parsed, so no
 *   error text contains one.
 */
export function readGrafanaConfig(
  config: TextValues | undefined,
  env: TextValues = process.env,
): GrafanaConfig {
  const values = config ?? {};
  const read = {
    featureToggles: readList(values, "GF_INSTANCE_FEATURE_TOGGLES_ENABLE"),
    appUrl: values["GF_APP_URL"] ?? readText(env, "GF_APP_URL"),
    appClientSecret: values["GF_PLUGIN_APP_CLIENT_SECRET"] ?? readText(env, "GF_PLUGIN_APP_CLIENT_SECRET"),
    concurrentQueryCount: readInteger(values, "GF_CONCURRENT_QUERY_COUNT"),
    userFacingDefaultError: values["GF_USER_FACING_DEFAULT_ERROR"],
    responseLimitBytes: readInteger(values, "GF_RESPONSE_LIMIT"),
    liveClientQueueMaxSize: readInteger(values, "GF_LIVE_CLIENT_QUEUE_MAX_SIZE"),
    sql: readSql(values),
    secureSocksProxy: readSecureSocksProxy(values),
  };
  return hideSecrets(read, ["appClientSecret"]);
}

function readSql(values: TextValues): GrafanaConfig["sql"] {
  const rowLimit = readInteger(values, "GF_SQL_ROW_LIMIT");
  const maxOpenConnsDefault = readInteger(values, "GF_SQL_MAX_OPEN_CONNS_DEFAULT");
  const maxIdleConnsDefault = readInteger(values, "GF_SQL_MAX_IDLE_CONNS_DEFAULT");
  const maxConnLifetimeSecondsDefault = readInteger(values, "GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT");
  if (
    rowLimit === undefined ||
    maxOpenConnsDefault === undefined ||
    maxIdleConnsDefault === undefined ||
    maxConnLifetimeSecondsDefault === undefined
  ) {
    return undefined;
  }
  return { rowLimit, maxOpenConnsDefault, maxIdleConnsDefault, maxConnLifetimeSecondsDefault };
}
