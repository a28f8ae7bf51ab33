export { type AdaptHandlersOptions, adaptHandlersToV1 } from "./adapt-handlers-to-v1.ts";
export { type DsQueryBodyOptions, formatDsQueryBody } from "./format-ds-query-body.ts";
export { formatTsdbQueryBody } from "./format-tsdb-query-body.ts";
export { formatFailedQueryBody, type QueryBody, type QueryResponse } from "./query-body.ts";
export type { V1ResultOptions } from "./to-v1-result.ts";
export { type ViewedAsV2, viewAsV2 } from "./view-as-v2.ts";
