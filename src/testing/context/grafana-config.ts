/** Configuration that Grafana sends with each call, by the names of `readGrafanaConfig`. Absent settings are not sent. */
export interface GrafanaConfigInput {
  readonly featureToggles?: readonly string[] | undefined;
  readonly appUrl?: string | undefined;
  readonly appClientSecret?: string | undefined;
  readonly concurrentQueryCount?: number | undefined;
  readonly userFacingDefaultError?: string | undefined;
  readonly responseLimitBytes?: number | undefined;
  readonly liveClientQueueMaxSize?: number | undefined;
  readonly sql?:
    | {
        readonly rowLimit: number;
        readonly maxOpenConnsDefault: number;
        readonly maxIdleConnsDefault: number;
        readonly maxConnLifetimeSecondsDefault: number;
      }
    | undefined;
  /** Other entries, by the name that is sent, such as `GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_ENABLED`. */
  readonly entries?: Readonly<Record<string, string>> | undefined;
}

/** The entries of `pluginContext.grafanaConfig`, as Grafana names them. */
export function grafanaConfig(config: GrafanaConfigInput): Record<string, string> {
  const { featureToggles, sql } = config;
  const values: Readonly<Record<string, string | number | undefined>> = {
    GF_INSTANCE_FEATURE_TOGGLES_ENABLE: featureToggles?.join(","),
    GF_APP_URL: config.appUrl,
    GF_PLUGIN_APP_CLIENT_SECRET: config.appClientSecret,
    GF_CONCURRENT_QUERY_COUNT: config.concurrentQueryCount,
    GF_USER_FACING_DEFAULT_ERROR: config.userFacingDefaultError,
    GF_RESPONSE_LIMIT: config.responseLimitBytes,
    GF_LIVE_CLIENT_QUEUE_MAX_SIZE: config.liveClientQueueMaxSize,
    GF_SQL_ROW_LIMIT: sql?.rowLimit,
    GF_SQL_MAX_OPEN_CONNS_DEFAULT: sql?.maxOpenConnsDefault,
    GF_SQL_MAX_IDLE_CONNS_DEFAULT: sql?.maxIdleConnsDefault,
    GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT: sql?.maxConnLifetimeSecondsDefault,
    ...config.entries,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
