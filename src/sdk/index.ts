export type { LogLevel } from "../go-plugin/log/log-record.ts";
export type { LogFields, Logger } from "../plugin/create-logger.ts";
export type { GrafanaConfig } from "../plugin/environment/read-grafana-config.ts";
export type { SecureSocksProxy } from "../plugin/environment/secure-socks-proxy.ts";
// Context

// Resources
// Outgoing HTTP
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
