export type { LogLevel } from "../go-plugin/log/log-record.ts";
export { type ErrorSource, errorSourceOf } from "../handlers/error-source.ts";
export type { LogFields, Logger } from "../plugin/create-logger.ts";
export type { GrafanaConfig } from "../plugin/environment/read-grafana-config.ts";
export type { SecureSocksProxy } from "../plugin/environment/secure-socks-proxy.ts";
export type { TextValues } from "../plugin/environment/text-values.ts";
export type { ImplementedMajor } from "../plugin/implement.ts";
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
export type { ImplementedService } from "../transport/socket-transport.ts";
export {
  type AdmissionHandlers,
  type AdmissionInput,
  type AdmissionProblem,
  type AdmissionService,
  type MutationAnswer,
  serveAdmission,
  type ValidationAnswer,
} from "./admission/serve-admission.ts";
export { type AppPluginOptions, appPlugin } from "./app-plugin.ts";
export type { CallSource, OpenCall } from "./call/call-source.ts";
export type { HandlerCall } from "./call/handler-call.ts";
export { captureHar } from "./capture/capture-har.ts";
export type { Har, HarEntry, HarPair, HarQuery, HarRequest, HarResponse, HarText } from "./capture/har.ts";
export type { SentRequest } from "./capture/har-entry.ts";
export {
  createHarRecorder,
  type HarRecorder,
  type HarRecorderOptions,
  type HarSecrets,
} from "./capture/har-recorder.ts";
export { harRecorderOf } from "./capture/har-recorder-of.ts";
export type { QueryRecord } from "./capture/query-entry.ts";
export { type RecordedFetch, recordedFetch } from "./capture/recorded-fetch.ts";
export { replayFetch } from "./capture/replay-fetch.ts";
export { type HarLogOptions, withHarLog } from "./capture/with-har-log.ts";
export type { CallFacts } from "./context/call-facts.ts";
export type { MessageHeaders } from "./context/call-headers.ts";
export { type ForwardOptions, forwardedHeaders } from "./context/forwarded-headers.ts";
export { hasFeature } from "./context/has-feature.ts";
export { HeaderName, type KnownHeaderName } from "./context/header-names.ts";
export {
  type ContextOptions,
  type ContextualRequest,
  readRequestContext,
} from "./context/read-request-context.ts";
export type { Endpoint, RequestContext, RequestUser } from "./context/request-context.ts";
export { tenantOf } from "./context/tenant-of.ts";
export { isGrafanaAtLeast, parseUserAgent } from "./context/user-agent.ts";
export {
  type ConversionHandlers,
  type ConversionInput,
  type ConversionService,
  type StoredQuery,
  serveConversion,
} from "./conversion/serve-conversion.ts";
export { type DataSourceOptions, dataSource } from "./data-source.ts";
export { classifyError, isDownstream } from "./errors/classify-error.ts";
export { errorSourceFromHttpStatus } from "./errors/error-source-from-http-status.ts";
export { httpStatusOf } from "./errors/http-status-of.ts";
export { downstream, pluginError } from "./errors/mark-error.ts";
export { type RequestStatus, requestStatusOf } from "./errors/request-status-of.ts";
export { toQueryError } from "./errors/to-query-error.ts";
export { userFacingError } from "./errors/user-facing-error.ts";
export { withErrorSources } from "./errors/with-error-sources.ts";
export {
  type HealthHandler,
  type HealthHandlers,
  type HealthResult,
  serveHealth,
} from "./health/serve-health.ts";
export { createFetch, type FetchOptions } from "./http/create-fetch.ts";
export type { DataSourceFetch, DataSourceRequestInit } from "./http/data-source-fetch.ts";
export type { FetchEvent, FetchLabels } from "./http/fetch-events.ts";
export {
  type HttpSettings,
  type HttpSettingsSource,
  type HttpTlsSettings,
  readHttpSettings,
} from "./http/http-settings.ts";
export {
  type ClientCredentialsOptions,
  withClientCredentials,
} from "./http/oauth/with-client-credentials.ts";
export { type JwtBearerOptions, withJwtBearer } from "./http/oauth/with-jwt-bearer.ts";
export { ResponseTooLargeError } from "./http/response-too-large-error.ts";
export { readSecureSocksSettings, type SecureSocksSettings } from "./http/socks/secure-socks-settings.ts";
export { createSocksDialer, type Dialer } from "./http/socks/socks-dialer.ts";
export type { Fetch } from "./http/wrap-fetch.ts";
export {
  type AppInstancesOptions,
  createAppInstances,
  createInstances,
  type DataSourceInstancesOptions,
} from "./instances/create-instances.ts";
export type { CreateInput, InstanceOptions, Instances } from "./instances/instances.ts";
export type { AccessRules } from "./middleware/access-rules.ts";
export { type ProxyOptions, proxyTo } from "./middleware/proxy-to.ts";
export { type QueryCacheOptions, queryCache } from "./middleware/query-cache.ts";
export { requireAccess } from "./middleware/require-access.ts";
export { resourceAccess } from "./middleware/resource-access.ts";
export type { CallObserver, ObservedCall } from "./observe/call-observer.ts";
export type { CallOutcome, ClassifySource, QueryFailure } from "./observe/call-outcome.ts";
export {
  type DefaultObserversOptions,
  defaultInterceptors,
  defaultObservers,
} from "./observe/default-observers.ts";
export type { LoggedCall, LoggedContext } from "./observe/logging/call-fields.ts";
export { loggerOfCall } from "./observe/logging/logger-of-call.ts";
export { type RequestLogOptions, requestLog } from "./observe/logging/request-log.ts";
export { collectMetrics, type MetricsSource } from "./observe/metrics/collect-metrics.ts";
export { grpcMetrics } from "./observe/metrics/grpc-metrics.ts";
export {
  type HttpMetrics,
  type HttpRequestFacts,
  type HttpRequestMetrics,
  httpMetrics,
} from "./observe/metrics/http-metrics.ts";
export { instanceGauge } from "./observe/metrics/instance-gauge.ts";
export type { MetricRegistry } from "./observe/metrics/metric.ts";
export { requestMetrics } from "./observe/metrics/request-metrics.ts";
export { observeCalls } from "./observe/observe-calls.ts";
export { type ObserveOptions, observeHandlers } from "./observe/observe-handlers.ts";
export type { OtelSpan, OtelTracer } from "./observe/tracing/otel-types.ts";
export { type OtlpSettings, readOtlpSettings } from "./observe/tracing/otlp-settings.ts";
export { propagationHeaders, traceOfCall } from "./observe/tracing/propagation-headers.ts";
export { type RequestSpansOptions, requestSpans } from "./observe/tracing/request-spans.ts";
export type { Propagation, TraceContext, TraceSource } from "./observe/tracing/trace-context.ts";
export type { PluginParts, SdkPlugin } from "./plugin-parts.ts";
export type { QueryInput, QueryTimeRange } from "./queries/query-input.ts";
export type { QueryAnswer, QueryRoute, QueryRoutes } from "./queries/query-routes.ts";
export { type QueryHandlers, type QueryOptions, serveQueries } from "./queries/serve-queries.ts";
export {
  type CallResource,
  type ResourceEnv,
  type ResourceHandler,
  type ResourceResult,
  type ServeResourcesOptions,
  serveResources,
} from "./resources/serve-resources.ts";
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
export type { AppSettings, DataSourceSettings, SecureData } from "./settings/instance-settings.ts";
export { readAppSettings, readDataSourceSettings, type SettingsSchemas } from "./settings/read-settings.ts";
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
export { type Channel, formatChannel, parseChannel, streamedFrame } from "./streams/channel.ts";
export type { PathParams } from "./streams/path-routes.ts";
export { type StreamHandlers, serveStreams } from "./streams/serve-streams.ts";
export { createSharedSource, type SharedSource, type SharedSourceOptions } from "./streams/shared-source.ts";
export type {
  PublishAnswer,
  StreamInput,
  StreamRoute,
  StreamRoutes,
  SubscribeAnswer,
} from "./streams/stream-routes.ts";
