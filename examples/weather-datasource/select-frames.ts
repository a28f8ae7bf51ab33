import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import {
  type FieldKind,
  type Frame,
  frameBatches,
  frameFromRows,
  longToWide,
  type RowColumns,
  timeSeriesKind,
} from "grafana-plugin-protocol/frames";
import { QueryError } from "grafana-plugin-protocol/v2";

/** Milliseconds since 1970, for `:from` and `:to` in the SQL. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** Those of Grafana's own SQL data sources. */
export type Format = "table" | "time_series";

/** By number of column: rows are lists here, so columns may have the same name. */
type Row = Record<string, SQLOutputValue>;

const rowsPerFrame = 1024;

/**
 * The frame for a select statement. As a `time_series` it is wide: a field for each text in the result,
 * with the text as a label.
 */
export function selectFrame(database: DatabaseSync, sql: string, format: Format, range: Range): Frame {
  const statement = prepare(database, sql);
  const rows = statement.all({ ...range });
  const frame = frameFromRows(rows, columnsOf(statement, rows));
  const isReady = format === "table" || frame.length === 0 || timeSeriesKind(frame) === "wide";
  return isReady ? frame : longToWide(frame, { mode: "null" });
}

/** The same rows in batches, always as a table: a wide frame would need all texts before its first row. */
export async function* selectFrames(
  database: DatabaseSync,
  sql: string,
  range: Range,
): AsyncGenerator<Frame> {
  const statement = prepare(database, sql);
  const first = statement.get({ ...range });
  const columns = columnsOf(statement, first === undefined ? [] : [first]);
  yield* frameBatches(statement.iterate({ ...range }), columns, { rowsPerFrame });
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  const rest = sql.slice(statement.sourceSQL.length).trim();
  if (rest !== "") throw badQuery(`expected one statement, got a second one: "${rest}"`);
  statement.setAllowUnknownNamedParameters(true);
  statement.setReturnArrays(true);
  return statement;
}

/** A column named `time` is a time, as in Grafana's own SQL data sources. */
function columnsOf(statement: StatementSync, rows: readonly Row[]): RowColumns<Row> {
  const kindOf = (name: string, type: string | null, index: number): FieldKind => {
    if (name === "time" || type === "timestamp") return "time";
    const first = rows.find((row) => row[index] !== null);
    return type === "TEXT" || typeof first?.[index] === "string" ? "string" : "float64";
  };
  return Object.fromEntries(
    statement.columns().map(({ name, type }, index) => [index, { name, kind: kindOf(name, type, index) }]),
  );
}

/** An error of the query, not of the plugin. */
export function badQuery(message: string, cause?: unknown): QueryError {
  return new QueryError(message, { status: 400, errorSource: "downstream", cause });
}
