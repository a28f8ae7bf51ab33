import { parseDuration } from "./parse-duration.ts";
import { quote, TimeError } from "./time-error.ts";

/** Where the min interval of a query may be set. */
export interface IntervalSources {
  /** The setting of the data source, such as `10s`. */
  readonly dataSource?: string | undefined;
  /** The setting of the query; `0s` is as good as none. */
  readonly query?: string | undefined;
  /** `intervalMs` of the query, which the frontend calculates; 0 is none. */
  readonly queryMs?: number | undefined;
  /** Milliseconds if nothing else is set. */
  readonly defaultMs: number;
}

/**
 * Chooses the interval of a query: its own setting, else the calculated `intervalMs`, else the setting of the data
 * source, else the default.
 *
 * @returns milliseconds
 * @throws TimeError `interval_invalid`, `time_out_of_range`
 */
export function intervalFrom({
  dataSource = "",
  query = "",
  queryMs = 0,
  defaultMs,
}: IntervalSources): number {
  if (query !== "" && query !== "0s") return parseIntervalSetting(query);
  if (queryMs !== 0) return queryMs;
  return dataSource === "" ? defaultMs : parseIntervalSetting(dataSource);
}

/**
 * Reads an interval as settings hold it: a duration, also in angle brackets (`<10m>`), or a number of seconds.
 *
 * @returns milliseconds
 * @throws TimeError `interval_invalid`, `time_out_of_range`
 */
export function parseIntervalSetting(text: string): number {
  if (typeof text !== "string")
    throw new TimeError("interval_invalid", `expected an interval such as 10s, got ${quote(text)}`);
  const inner = text.replace(/^</, "").replace(/>$/, "");
  return parseDuration(/^\d+$/.test(inner) ? `${inner}s` : inner);
}
