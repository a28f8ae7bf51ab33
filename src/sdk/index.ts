export type { LogLevel } from "../go-plugin/log/log-record.ts";
export type { LogFields, Logger } from "../plugin/create-logger.ts";
export type { GrafanaConfig } from "../plugin/environment/read-grafana-config.ts";
export type { SecureSocksProxy } from "../plugin/environment/secure-socks-proxy.ts";
// Context

// Resources

// Outgoing HTTP
export { createFetch, type FetchOptions } from "./http/create-fetch.ts";
export type { DataSourceFetch, DataSourceRequestInit } from "./http/data-source-fetch.ts";
export type { FetchEvent, FetchLabels } from "./http/fetch-events.ts";
export {
  type HttpSettings,
  type HttpSettingsSource,
  type HttpTlsSettings,
  readHttpSettings,
} from "./http/http-settings.ts";
export { ResponseTooLargeError } from "./http/response-too-large-error.ts";
export { readSecureSocksSettings, type SecureSocksSettings } from "./http/secure-socks-settings.ts";
export { createSocksDialer, type Dialer } from "./http/socks-dialer.ts";
export { type ClientCredentialsOptions, withClientCredentials } from "./http/with-client-credentials.ts";
export { type JwtBearerOptions, withJwtBearer } from "./http/with-jwt-bearer.ts";
export type { Fetch } from "./http/wrap-fetch.ts";

// Errors
// Health, metrics
// Streams, publish, admission, conversion
// Logging and tracing
// Time
export { type CalculateIntervalOptions, calculateInterval } from "../time/calculate-interval.ts";
export { formatInterval } from "../time/format-interval.ts";
export { type IntervalSources, intervalFrom, parseIntervalSetting } from "../time/interval-from.ts";
export { parseDuration } from "../time/parse-duration.ts";
export { type ParseIntervalOptions, parseInterval } from "../time/parse-interval.ts";
export { roundInterval } from "../time/round-interval.ts";
export { TimeError, type TimeErrorCode } from "../time/time-error.ts";
export {
  createTimeReader,
  parseTimeRange,
  type RawTimeRange,
  type ReadTimeOptions,
  type TimeRangeDates,
  type TimeReader,
  type TimeReaderOptions,
  type Weekday,
} from "../time/time-reader.ts";
export type { Endpoint, RequestContext, RequestUser } from "./context/request-context.ts";
// Schemas
export { type JsonSchema, type JsonSchemaOptions, jsonSchemaOf } from "./schema/json-schema.ts";
export {
  type PluginSchemaInput,
  pluginSchemaFiles,
  type QueryExample,
  type QuerySchema,
  type RouteSchema,
  type SettingsExample,
} from "./schema/plugin-schema-files.ts";
export type {
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from "./schema/standard-schema.ts";
// Queries, settings, instances
export type { AppSettings, DataSourceSettings, SecureData } from "./settings/instance-settings.ts";
// SQL
export { type BindOptions, type BoundSql, bindSql, type PlaceholderStyle } from "./sql/bind-sql.ts";
export { defaultMacros } from "./sql/default-macros.ts";
export type { MacroOptions } from "./sql/expand-macros.ts";
export { formatSqlFrame, type SqlFormatOptions } from "./sql/format-sql-frame.ts";
export {
  frameFromSql,
  framesFromSql,
  type SqlBatchOptions,
  type SqlFrameOptions,
  type SqlRow,
} from "./sql/frames-from-sql.ts";
export { interpolateSql } from "./sql/interpolate-sql.ts";
export type { Macro, MacroContext, MacroQuery, Macros } from "./sql/macro.ts";
export type { SqlColumn, SqlConverter } from "./sql/sql-column.ts";
export { parseSqlFormat, type SqlFormat } from "./sql/sql-format.ts";
// Middleware

// Capture
export { captureHar, harRecorderOf } from "./capture/capture-har.ts";
export type { Har, HarEntry, HarPair, HarQuery, HarRequest, HarResponse, HarText } from "./capture/har.ts";
export type { SentRequest } from "./capture/har-entry.ts";
export {
  createHarRecorder,
  type HarRecorder,
  type HarRecorderOptions,
  type HarSecrets,
} from "./capture/har-recorder.ts";
export type { QueryRecord } from "./capture/query-entry.ts";
export { type RecordedFetch, recordedFetch } from "./capture/recorded-fetch.ts";
export { replayFetch } from "./capture/replay-fetch.ts";
export { type HarLogOptions, withHarLog } from "./capture/with-har-log.ts";
