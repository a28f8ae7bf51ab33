import { expandMacros, type MacroOptions } from "./expand-macros.ts";
import type { MacroQuery } from "./macro.ts";
import { sqlError } from "./sql-error.ts";

/**
 * Expands the macros of a query and writes the values of the query into the SQL, with the texts of the Go SDK. Where the
 * driver can bind values, use `bindSql`. Macros in comments stay as they are.
 *
 * @throws QueryError with status 400 that names macro and argument
 */
export function interpolateSql(query: MacroQuery, options: MacroOptions = {}): string {
  const backslashEscapes = options.backslashEscapes ?? false;
  return expandMacros(query, options, {
    form: "text",
    value: (value, text) => text ?? sqlLiteral(value, backslashEscapes),
    time: (ms) => `'${timeText(ms)}'`,
    textOf: (arg) => arg,
    identifier: (name) => name,
    quoted: ({ text }) => text,
  });
}

/** A time in UTC to the second, as the Go SDK writes it. */
function timeText(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime()))
    throw sqlError(`expected a time within 100 million days of 1970, got ${ms}`);
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function sqlLiteral(value: unknown, backslashEscapes: boolean): string {
  switch (typeof value) {
    case "string": {
      const doubled = value.replaceAll("'", "''");
      return `'${backslashEscapes ? doubled.replaceAll("\\", "\\\\") : doubled}'`;
    }
    case "number":
      if (!Number.isFinite(value)) break;
      return String(value);
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "TRUE" : "FALSE";
    default:
      if (value === null || value === undefined) return "NULL";
      if (value instanceof Date) return `'${timeText(value.getTime())}'`;
  }
  throw new TypeError(
    `expected a value that SQL has a literal for, got ${typeof value}: pass its text as well`,
  );
}
