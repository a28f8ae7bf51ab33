import { sqlError } from "./sql-error.ts";

/** What a query wants to have made of its rows. */
export type SqlFormat = "timeseries" | "table" | "logs" | "traces" | "multi";

/** By the number that the Go SDK gives each in the JSON of a query. */
export const sqlFormats: readonly SqlFormat[] = ["timeseries", "table", "logs", "traces", "multi"];

/**
 * Reads `format` of a query: a number from 0 to 4, its text, or a name, without regard to case. Absent and empty are
 * `timeseries`. `time_series` and `trace` are read as well, as Grafana's own data sources write them.
 *
 * @throws QueryError with status 400
 */
export function parseSqlFormat(value: unknown): SqlFormat {
  if (value === undefined || value === null || value === "") return "timeseries";
  const text = typeof value === "string" ? value.trim().toLowerCase() : value;
  const name = text === "time_series" ? "timeseries" : text === "trace" ? "traces" : text;
  const format =
    sqlFormats.find((each) => each === name) ??
    (typeof name === "number" || /^\d$/.test(String(name)) ? sqlFormats[Number(name)] : undefined);
  if (format !== undefined) return format;
  throw sqlError(
    `expected the format of the query to be a number from 0 to 4, or one of ${sqlFormats.join(", ")}, got ${JSON.stringify(value)}`,
  );
}
