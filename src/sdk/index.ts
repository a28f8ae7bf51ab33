export type { LogLevel } from "../go-plugin/log/log-record.ts";
export type { LogFields, Logger } from "../plugin/create-logger.ts";
export type { GrafanaConfig } from "../plugin/environment/read-grafana-config.ts";
export type { SecureSocksProxy } from "../plugin/environment/secure-socks-proxy.ts";
// Context
export type { Endpoint, RequestContext, RequestUser } from "./context/request-context.ts";
// Resources
// Outgoing HTTP
// Errors
// Health, metrics
// Streams, publish, admission, conversion
// Logging and tracing
// Time
// SQL
// Schemas
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from "./schema/standard-schema.ts";
// Queries, settings, instances
export type { AppSettings, DataSourceSettings, SecureData } from "./settings/instance-settings.ts";
// Middleware
// Capture
