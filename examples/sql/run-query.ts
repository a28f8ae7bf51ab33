import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { type Frame, FrameError, resample } from "grafana-plugin-protocol/frames";
import {
  bindSql,
  formatSqlFrame,
  frameFromSql,
  framesFromSql,
  parseSqlFormat,
  type QueryInput,
  type SqlColumn,
  type SqlRow,
  TimeError,
} from "grafana-plugin-protocol/sdk";
import * as z from "zod";
import { badQuery, sqliteMacros } from "./sqlite-macros.ts";

const fill = z.union([
  z.object({ mode: z.enum(["none", "null", "previous"]) }),
  z.object({ mode: z.literal("value"), value: z.number() }),
]);

/** A query as its editor saves it. */
export const sqlModel = z.object({
  rawSql: z.string(),
  /** A number or a name: see `parseSqlFormat`. */
  format: z.unknown().optional(),
  /** For `$__table` and `$__column`. */
  table: z.string().optional(),
  column: z.string().optional(),
  /** For `$__timeGroup`. */
  timeZone: z.string().default("UTC"),
  /** What a series has where it has no row. With `isResampled`, at each interval of the query. */
  fill: fill.default({ mode: "null" }),
  isResampled: z.boolean().default(false),
});

/** A query with its model. */
export type SqlQuery = QueryInput<z.output<typeof sqlModel>>;

/**
 * Answers a query: rows as they come where the format keeps them, so that `queryChunkedData` may have any number of them;
 * series as a whole.
 */
export function runQuery(
  database: DatabaseSync,
  query: SqlQuery,
  rowLimit: number,
): AsyncIterable<Frame> | Frame[] {
  const { model, timeRange, intervalMs, refId } = query;
  const format = parseSqlFormat(model.format);
  const { rawSql, table, column } = model;
  const { sql, values } = bindSql(
    { sql: rawSql, timeRange, intervalMs, table, column },
    {
      placeholder: "?",
      macros: sqliteMacros(model.timeZone),
      time: BigInt,
      // The dots of a name are part of it here: SQLite has one schema for all tables.
      quoteIdentifier: quoteName,
    },
  );
  const statement = explained(() => prepare(database, sql));
  const columns = statement.columns().map(columnOf);
  const rows = readRows(statement, values as readonly SQLOutputValue[]);
  const options = { columns, rowLimit, refId };
  if (format === "timeseries" || format === "multi") {
    return explained(() =>
      formatSqlFrame(frameFromSql(rows, options), format, {
        sql,
        fill: model.fill,
        resample: (frame) => resampled(frame, query),
      }),
    );
  }
  return formatted(framesFromSql(rows, options), (frame) => formatSqlFrame(frame, format, { sql }));
}

/** `name` as SQL, whatever is in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Rows are lists, because columns may have the same name. */
function* readRows(statement: StatementSync, values: readonly SQLOutputValue[]): Generator<SqlRow> {
  try {
    yield* statement.iterate(...values) as Iterable<unknown> as Iterable<SqlRow>;
  } catch (error) {
    throw explain(error);
  }
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  const rest = sql.slice(statement.sourceSQL.length).trim();
  if (rest !== "") throw badQuery(`expected one statement, got a second one: "${rest}"`);
  statement.setReturnArrays(true);
  // Integers are exact, and a time that was computed from integers is one too.
  statement.setReadBigInts(true);
  return statement;
}

/** An expression has no type in SQLite; one that is named `time` is a time, as in Grafana's own SQL data sources. */
function columnOf({ name, type }: ReturnType<StatementSync["columns"]>[number]): SqlColumn {
  return { name, type: name === "time" ? "timestamp" : (type ?? undefined) };
}

function resampled(frame: Frame, { model, timeRange, intervalMs }: SqlQuery): Frame {
  if (!model.isResampled || intervalMs <= 0) return frame;
  return resample(frame, { range: timeRange, intervalMs, fill: model.fill });
}

async function* formatted(
  frames: AsyncIterable<Frame>,
  format: (frame: Frame) => Frame[],
): AsyncGenerator<Frame> {
  for await (const frame of frames) yield* format(frame);
}

function explained<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw explain(error);
  }
}

/** A statement that SQLite refuses, and rows that make no series, are the query's fault. Other errors are defects. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isRefused = error instanceof FrameError || error instanceof TimeError;
  const isOfSqlite = "code" in error && error.code === "ERR_SQLITE_ERROR";
  return isRefused || isOfSqlite ? badQuery(error.message, error) : error;
}
