import type { DatabaseSync } from "node:sqlite";
import { createTimeReader, type Macros, parseDuration, TimeError } from "grafana-plugin-protocol/sdk";
import { QueryError } from "grafana-plugin-protocol/v2";

const periods = ["hour", "day", "week", "month", "quarter", "year"] as const;
const steps: Readonly<Record<string, string>> = {
  hour: "h",
  day: "d",
  week: "w",
  month: "M",
  quarter: "Q",
  year: "y",
};

/**
 * `$__timeGroup(column, day)` is the start of the day in the time zone of the query, and so on for the other periods of a
 * calendar; `$__timeGroup(column, 5m)` counts from 1970. In place of the macro of the same name, which is for SQL Server.
 *
 * @param timeZone of the query, a name of the IANA database
 */
export function sqliteMacros(timeZone: string): Macros {
  return {
    timeGroup: ([column = "", given = "", ...rest], { query, value, textOf }) => {
      const period = textOf(given); // of `$__interval` its text, which is bound otherwise
      if (column === "" || period === "" || rest.length > 0) {
        throw badQuery("macro $__timeGroup: expected a column and a period, as in $__timeGroup(at, day)");
      }
      if (Object.hasOwn(steps, period)) {
        return `start_of_period(${column}, ${value(steps[period])}, ${value(timeZone)})`;
      }
      // A number would be bound as a double, and the division would have a fraction.
      const ms = BigInt(period === "auto" ? query.intervalMs : durationOf(period));
      return ms > 0n ? `(${column} / ${value(ms)} * ${value(ms)})` : column;
    },
  };
}

/** The function that the macro calls: SQLite knows no time zones. */
export function addPeriods(database: DatabaseSync): void {
  // A reader of a time zone is costly to make, and a query has one for all its rows.
  let last = { timeZone: "", reader: createTimeReader() };
  const startOfPeriod = (at: unknown, step: unknown, zone: unknown): bigint | null => {
    if (at === null) return null;
    const timeZone = String(zone);
    if (timeZone !== last.timeZone) last = { timeZone, reader: createTimeReader({ timeZone }) };
    return BigInt(last.reader.time(`now/${step}`, { now: Number(at) }));
  };
  const options = { deterministic: true, useBigIntArguments: true };
  database.function("start_of_period", options, startOfPeriod as (...values: unknown[]) => bigint | null);
}

function durationOf(period: string): number {
  try {
    return Math.trunc(parseDuration(period));
  } catch (cause) {
    if (!(cause instanceof TimeError)) throw cause;
    const expected = `one of ${periods.join(", ")}, auto, or a duration such as 5m`;
    throw badQuery(
      `macro $__timeGroup: expected as its period ${expected}, got ${JSON.stringify(period)}`,
      cause,
    );
  }
}

/** An error of the query, not of the plugin. */
export function badQuery(message: string, cause?: unknown): QueryError {
  return new QueryError(message, { status: 400, errorSource: "downstream", cause });
}
