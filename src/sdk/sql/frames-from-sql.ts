import { createField, type ValueInput } from "../../frames/create-field.ts";
import { createFrame, type FrameInit } from "../../frames/create-frame.ts";
import type { AnyField } from "../../frames/field.ts";
import { type FieldKind, kinds } from "../../frames/field-kind.ts";
import type { Frame } from "../../frames/frame.ts";
import { kindOfSqlType, type SqlColumn, type SqlConverter } from "./sql-column.ts";
import { beyondTime, kindOfValues, sqlValue, unsuitable } from "./sql-value.ts";

/** A row of a driver: values by the name of their column, or in the order of the columns. */
export type SqlRow = Readonly<Record<string, unknown>> | readonly unknown[];

/** Options of {@link frameFromSql}. */
export interface SqlFrameOptions extends Omit<FrameInit, "fields"> {
  /** The columns of the result, or their names. Default for rows that are objects: the properties of the first row. */
  readonly columns?: readonly (SqlColumn | string)[] | undefined;
  readonly converters?: readonly SqlConverter[] | undefined;
  /**
   * Whether decimals become numbers of 64 bits, which panels can draw, or texts, which have all digits. Default
   * `number`.
   */
  readonly decimals?: "number" | "text" | undefined;
  /** Most rows; further ones are left out, with a notice in the last frame. Default: no limit. */
  readonly rowLimit?: number | undefined;
}

/** Options of {@link framesFromSql}. */
export interface SqlBatchOptions extends SqlFrameOptions {
  /** Rows of each frame but the last. Default 8192. */
  readonly rowsPerFrame?: number | undefined;
}

/** What is known of a column, from its declaration or the first rows. */
interface Plan {
  readonly column: SqlColumn;
  readonly kind: FieldKind;
  readonly convert: SqlConverter["convert"];
}

/**
 * Makes a frame from the rows of a database. Columns with a declared type become fields of that type; others take the
 * kind of their values. A time that no field can hold, such as `9999-12-31`, `infinity` or MySQL's `0000-00-00`, is null,
 * with a notice.
 *
 * @throws TypeError naming row, column, what was expected and what was seen; FrameError for a value beyond its kind
 */
export function frameFromSql(rows: Iterable<SqlRow>, options: SqlFrameOptions = {}): Frame {
  const limit = rowLimitOf(options.rowLimit);
  const kept: SqlRow[] = [];
  let isCut = false;
  for (const row of rows) {
    if (kept.length === limit) {
      isCut = true;
      break;
    }
    kept.push(row);
  }
  return frameOf(kept, planColumns(kept, options), options, 0, isCut ? limit : undefined);
}

/**
 * Makes frames from rows as they arrive, for `queryChunkedData`; at least one frame. Columns without a declared type take
 * the kind of the values in the first frame. Leaving the loop, or the limit, ends the rows.
 *
 * @throws as `frameFromSql`
 */
export async function* framesFromSql(
  rows: AsyncIterable<SqlRow> | Iterable<SqlRow>,
  options: SqlBatchOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  const { rowsPerFrame = 8192 } = options;
  if (!Number.isInteger(rowsPerFrame) || rowsPerFrame < 1) {
    throw new TypeError(`rowsPerFrame must be a whole number from 1 on, got ${String(rowsPerFrame)}`);
  }
  const limit = rowLimitOf(options.rowLimit);
  let plans: readonly Plan[] | undefined;
  let batch: SqlRow[] = [];
  let done = 0;
  let isCut = false;
  for await (const row of rows) {
    if (done + batch.length === limit) {
      isCut = true;
      break;
    }
    // A full batch waits for the next row, which says whether there is one: the last frame may need a notice.
    if (batch.length === rowsPerFrame) {
      plans ??= planColumns(batch, options);
      yield frameOf(batch, plans, options, done, undefined);
      done += batch.length;
      batch = [];
    }
    batch.push(row);
  }
  yield frameOf(batch, plans ?? planColumns(batch, options), options, done, isCut ? limit : undefined);
}

function rowLimitOf(rowLimit = Number.POSITIVE_INFINITY): number {
  if (rowLimit >= 0 && (Number.isInteger(rowLimit) || rowLimit === Number.POSITIVE_INFINITY)) return rowLimit;
  throw new TypeError(`rowLimit must be a whole number from 0 on, or Infinity, got ${String(rowLimit)}`);
}

function planColumns(rows: readonly SqlRow[], options: SqlFrameOptions): readonly Plan[] {
  const { converters = [], decimals = "number" } = options;
  return columnsOf(rows, options).map((column, index) => {
    const converter = converters.find((each) => fits(each, column));
    const known = column.type === undefined ? undefined : kindOfSqlType(column.type, decimals);
    const kind =
      converter?.kind ?? known ?? kindOfValues(rows.map((row, at) => cellOf(row, at, column.name, index)));
    if (!Object.hasOwn(kinds, kind)) {
      throw new TypeError(
        `the converter of column "${column.name}" has the kind "${kind}", expected one of ${Object.keys(kinds).join(", ")}`,
      );
    }
    return { column, kind, convert: converter?.convert };
  });
}

function columnsOf(rows: readonly SqlRow[], { columns }: SqlFrameOptions): readonly SqlColumn[] {
  if (columns !== undefined) {
    return columns.map((column) => (typeof column === "string" ? { name: column } : column));
  }
  const [first] = rows;
  if (Array.isArray(first)) {
    throw new TypeError("expected the names of the columns, because the rows are lists: pass columns");
  }
  return first === undefined ? [] : Object.keys(first).map((name) => ({ name }));
}

function fits({ column: name, type }: SqlConverter, column: SqlColumn): boolean {
  const declared = column.type ?? "";
  if (name !== undefined && name === column.name) return true;
  if (typeof type === "function") return type(declared);
  if (typeof type === "string") return type === declared;
  // Not test(), which moves a pattern with the flag g.
  return type !== undefined && declared.search(type) !== -1;
}

function cellOf(row: SqlRow, at: number, name: string, index: number): unknown {
  if (Array.isArray(row)) return (row as readonly unknown[])[index];
  if (typeof row !== "object" || row === null) {
    throw new TypeError(
      `row ${at}: expected an object or a list of values, got ${row === null ? "null" : typeof row}`,
    );
  }
  return Object.hasOwn(row, name) ? (row as Readonly<Record<string, unknown>>)[name] : undefined;
}

function frameOf(
  rows: readonly SqlRow[],
  plans: readonly Plan[],
  { name, refId, meta }: SqlFrameOptions,
  before: number,
  limit: number | undefined,
): Frame {
  const notices: { readonly severity: "warning"; readonly text: string }[] = [];
  const fields = plans.map(({ column, kind, convert }, index) => {
    let beyond = 0;
    const values = rows.map((row, at) => {
      const cell = cellOf(row, before + at, column.name, index);
      if (cell === null || cell === undefined) return null;
      const made = convert === undefined ? sqlValue(cell, kind) : convert(cell, column);
      if (made === beyondTime) {
        beyond++;
        return null;
      }
      if (made !== unsuitable) return made as ValueInput<FieldKind>;
      const advice =
        column.type === undefined
          ? "declare the type of the column, or pass a converter"
          : `the column is declared as ${column.type}, pass a converter for its values`;
      throw new TypeError(
        `row ${before + at}, column "${column.name}": expected a value for a field of kind ${kind}, got ${describe(cell)}: ${advice}`,
      );
    });
    if (beyond > 0) {
      const text = `Column "${column.name}": ${beyond} times are empty, because they are not between the years 1677 and 2262`;
      notices.push({ severity: "warning", text });
    }
    // Drivers say NOT NULL of columns that have a null, such as MySQL of SHOW REPLICA STATUS.
    const nullable = (column.nullable ?? true) || values.includes(null);
    const options = { nullable, config: column.config };
    return createField(column.name, kind, values, options) as AnyField;
  });
  if (limit !== undefined) {
    const text = `Only the first ${limit} rows are shown, which is the limit for SQL queries`;
    notices.push({ severity: "warning", text });
  }
  const withNotice =
    notices.length === 0 ? meta : { ...meta, notices: [...(meta?.notices ?? []), ...notices] };
  return createFrame({ name, refId, meta: withNotice, fields });
}

/** Without the contents of texts, which are the database's. */
function describe(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "number" || typeof value === "bigint" ? String(value) : `a ${typeof value}`;
}
