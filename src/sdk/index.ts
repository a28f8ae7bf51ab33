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
// SQL
// Schemas
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from "./schema/standard-schema.ts";
// Queries, settings, instances
export type { AppSettings, DataSourceSettings, SecureData } from "./settings/instance-settings.ts";
// Middleware
// Capture
