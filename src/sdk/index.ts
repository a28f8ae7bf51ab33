// Context

// Streams, publish, admission, conversion
// Logging and tracing
export type { ImplementedMajor } from "../plugin/implement.ts";
export type { Endpoint, RequestContext, RequestUser } from "./context/request-context.ts";
export type { CallObserver, ObservedCall } from "./observe/call-observer.ts";
export type {
  CallOutcome,
  ClassifySource,
  QueryFailure,
  RequestStatus,
} from "./observe/call-outcome.ts";
export {
  type DefaultObserversOptions,
  defaultInterceptors,
  defaultObservers,
} from "./observe/default-observers.ts";
export type { LoggedCall } from "./observe/logging/call-fields.ts";
export { loggerOfCall } from "./observe/logging/logger-of-call.ts";
export { type RequestLogOptions, requestLog } from "./observe/logging/request-log.ts";
// Resources
// Outgoing HTTP
// Errors
// Health, metrics
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
export {
  propagationHeaders,
  traceOfCall,
} from "./observe/tracing/propagation-headers.ts";
export { type RequestSpansOptions, requestSpans } from "./observe/tracing/request-spans.ts";
export type { Propagation, TraceContext, TraceSource } from "./observe/tracing/trace-context.ts";
// Time
// SQL
// Schemas
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from "./schema/standard-schema.ts";
// Queries, settings, instances
export type { AppSettings, DataSourceSettings, SecureData } from "./settings/instance-settings.ts";
// Middleware
// Capture
