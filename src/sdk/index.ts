// Context
export type { Endpoint, RequestContext, RequestUser } from "./context/request-context.ts";
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
// SQL
// Schemas
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from "./schema/standard-schema.ts";
// Queries, settings, instances
export type { AppSettings, DataSourceSettings, SecureData } from "./settings/instance-settings.ts";
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
