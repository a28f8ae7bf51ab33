import { formatInterval } from "../../time/format-interval.ts";
import type { Macro, Macros } from "./macro.ts";
import { sqlError } from "./sql-error.ts";

const periods = ["year", "month", "day", "hour", "minute"];

/** `args` with a check of their number: an argument that is empty is as good as missing. */
function expect(macro: string, names: readonly string[], args: readonly string[]): void {
  const missing = names.findIndex((_, index) => (args[index] ?? "") === "");
  const shown = `$__${macro}(${names.join(", ")})`;
  if (missing !== -1) {
    throw sqlError(
      `macro $__${macro}: expected ${shown}, and argument ${missing + 1}, the ${names[missing]}, is missing`,
    );
  }
  if (args.length > names.length) {
    throw sqlError(
      `macro $__${macro}: expected ${shown}, got ${args.length} arguments: put brackets around an expression with commas`,
    );
  }
}

const timeFilter: Macro = (args, { time, fromMs, toMs }) => {
  expect("timeFilter", ["column"], args);
  return `${args[0]} >= ${time(fromMs)} AND ${args[0]} <= ${time(toMs)}`;
};

const timeFrom: Macro = (args, { time, fromMs }) => {
  expect("timeFrom", ["column"], args);
  return `${args[0]} >= ${time(fromMs)}`;
};

const timeTo: Macro = (args, { time, toMs }) => {
  expect("timeTo", ["column"], args);
  return `${args[0]} <= ${time(toMs)}`;
};

const timeGroup: Macro = (args, { textOf }) => {
  expect("timeGroup", ["column", "period"], args);
  const period = textOf(args[1] ?? "");
  const last = periods.indexOf(period);
  if (last === -1) {
    throw sqlError(
      `macro $__timeGroup: expected the period ${periods.join(", ")}, got ${JSON.stringify(period)}`,
    );
  }
  return periods
    .slice(0, last + 1)
    .reverse()
    .map((period) => `datepart(${period}, ${args[0]})`)
    .join(",");
};

function name(macro: string, of: "column" | "table"): Macro {
  return (_, { query, identifier }) => {
    const text = query[of] ?? "";
    if (text === "")
      throw sqlError(`macro $__${macro}: expected the query to name its ${of}, and it does not`);
    return identifier(text);
  };
}

/**
 * The macros of the Go SDK: `$__interval`, `$__interval_ms`, `$__timeFilter(column)`, `$__timeFrom(column)`,
 * `$__timeTo(column)`, `$__timeGroup(column, period)` (as `datepart` of SQL Server), `$__table` and `$__column`.
 */
export const defaultMacros: Macros = {
  interval: (_, { query, value }) => {
    const text = formatInterval(query.intervalMs);
    return value(text, text);
  },
  interval_ms: (_, { query, value }) => {
    const ms = Math.trunc(query.intervalMs);
    return value(ms, String(ms));
  },
  timeFilter,
  timeFrom,
  timeTo,
  timeGroup,
  table: name("table", "table"),
  column: name("column", "column"),
};
