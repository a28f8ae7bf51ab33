export { type DsQueryBodyOptions, formatDsQueryBody } from "./format-ds-query-body.ts";
export { formatTsdbQueryBody } from "./format-tsdb-query-body.ts";
export { formatFailedQueryBody, type QueryAnswer, type QueryBody } from "./query-body.ts";
