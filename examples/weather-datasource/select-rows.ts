import type { DatabaseSync, SQLOutputValue, StatementColumnMetadata } from "node:sqlite";

/** Milliseconds since 1970, for `:from` and `:to` in the SQL. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** The answer to a select statement. */
export interface Selection {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly name: string;
  readonly kind: "time" | "float64" | "string";
  /** Its place in a row. */
  readonly index: number;
}

export type Row = readonly SQLOutputValue[];

/**
 * Runs a select statement. A column named `time` is a time, as in Grafana's own SQL data sources.
 *
 * @throws Error that says what is wrong with the statement
 */
export function selectRows(database: DatabaseSync, sql: string, range: Range): Selection {
  const statement = database.prepare(sql);
  const rest = sql.slice(statement.sourceSQL.length).trim();
  if (rest !== "") throw new Error(`expected one statement, got a second one: "${rest}"`);
  statement.setAllowUnknownNamedParameters(true);
  statement.setReturnArrays(true);
  // setReturnArrays makes arrays of the rows, which the type of all() does not know.
  const rows = statement.all({ ...range }) as unknown as Row[];
  const columns = statement.columns().map((column, index) => describeColumn(column, index, rows));
  const names = columns.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw new Error(`expected a name for each column, got "${repeated}" twice`);
  return { columns, rows };
}

function describeColumn(
  { name, type }: StatementColumnMetadata,
  index: number,
  rows: readonly Row[],
): Column {
  if (name === "time" || type === "timestamp") return { name, kind: "time", index };
  const isText = type === "TEXT" || rows.some((row) => typeof row[index] === "string");
  return { name, kind: isText ? "string" : "float64", index };
}
