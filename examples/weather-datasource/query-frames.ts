import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Field, Frame, Labels } from "./frame.ts";
import { type Column, type Range, type Row, type Selection, selectRows } from "./select-rows.ts";

/**
 * The frames for a select statement. The formats are those of Grafana's own SQL data sources: `table` is one
 * frame; `time_series` is one for each text that the statement gives, with the text as a label.
 *
 * @throws Error that says what is wrong with the statement
 */
export function queryFrames(
  database: DatabaseSync,
  sql: string,
  format: "table" | "time_series",
  range: Range,
): Frame[] {
  const selection = selectRows(database, sql, range);
  return format === "table" ? [toFrame(selection, {})] : toSeries(selection);
}

function toSeries({ columns, rows }: Selection): Frame[] {
  const texts = columns.filter(({ kind }) => kind === "string");
  const others = columns.filter(({ kind }) => kind !== "string");
  if (new Set(others.map(({ kind }) => kind)).size !== 2) {
    throw new Error('a time series needs a column "time" and a column of numbers');
  }
  const labelsOf = (row: Row): Labels =>
    Object.fromEntries(texts.map(({ name, index }) => [name, String(row[index] ?? "")]));
  const groups = Map.groupBy(rows, (row) => JSON.stringify(labelsOf(row)));
  return [...groups.values()].map((group) =>
    toFrame({ columns: others, rows: group }, group[0] === undefined ? {} : labelsOf(group[0])),
  );
}

function toFrame({ columns, rows }: Selection, labels: Labels): Frame {
  return { fields: columns.map((column) => toField(column, rows, labels)) };
}

function toField({ name, kind, index }: Column, rows: readonly Row[], labels: Labels): Field {
  const cells = rows.map((row) => row[index] ?? null);
  switch (kind) {
    case "time":
      return { name, kind, labels: {}, values: cells.map(toTime) };
    case "float64":
      return { name, kind, labels, values: cells.map(toNumber) };
    case "string":
      return { name, kind, labels, values: cells.map(toText) };
  }
}

function toNumber(cell: SQLOutputValue): number | null {
  if (cell === null || typeof cell === "number") return cell;
  throw new Error("expected numbers or text, got bytes: cast them in the select statement");
}

function toText(cell: SQLOutputValue): string | null {
  return typeof cell === "string" ? cell : (toNumber(cell)?.toString() ?? null);
}

/** Frames count nanoseconds in 64 bits, which end in the years 1677 and 2262. */
function toTime(cell: SQLOutputValue): number {
  if (typeof cell === "number" && Math.abs(cell) <= 9_223_372_036_854) return Math.trunc(cell);
  throw new Error(`a time must be in milliseconds since 1970, got ${JSON.stringify(cell)}`);
}
