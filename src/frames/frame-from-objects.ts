import { createField } from "./create-field.ts";
import { createFrame, type FrameInit } from "./create-frame.ts";
import type { AnyField } from "./field.ts";
import type { FieldKind } from "./field-kind.ts";
import { type Frame, maxFields } from "./frame.ts";
import { FrameError } from "./frame-error.ts";
import { invalidArgument } from "./invalid-value.ts";
import { isDate, tagOf } from "./kind-of-value.ts";
import { type ColumnSpec, checkColumns } from "./rows.ts";
import { checkCellCount, defaultMaxCells } from "./time-series/cells.ts";

/** Options of {@link frameFromObjects}. */
export interface ObjectOptions extends Omit<FrameInit, "fields"> {
  /**
   * Whether the members of nested objects become columns of their own, with dotted names (`host.name`). Default false: a
   * nested object is one json value. Lists are json values always.
   */
  readonly flatten?: boolean | undefined;
  /**
   * Kinds and options of columns by name, or by dotted name; those without are found by their values. They come first, in
   * this order, whether a row has them or not; the others follow in the order in which rows have them. `false` leaves a
   * column out.
   */
  readonly columns?: Readonly<Record<string, ColumnSpec | false>> | undefined;
  /** Rows times columns. Default 100 million. */
  readonly maxCells?: number | undefined;
}

const maxDepth = 64;

/**
 * Makes a frame from objects whose members are not known beforehand, such as the answer of a JSON API. The kind of a column
 * is that of its values: `float64` for numbers, `int64` for bigints, `time` for `Date`s, `string`, `bool`, and `json` for
 * objects, lists and values of several kinds. Whole numbers beside bigints, as parsers that keep all digits give them, are
 * `int64`; other numbers beside bigints `float64`, which may round. A bigint in a `json` column is its text. A column of nulls
 * alone is `json`. Missing members are null.
 *
 * @throws FrameError as `createField`; `limit_exceeded` for more than 262,144 columns, more cells than `maxCells`, or
 *   objects that are nested more than 64 deep.
 */
export function frameFromObjects(rows: Iterable<object>, options: ObjectOptions = {}): Frame {
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows)) {
    throw invalidArgument("frameFromObjects: the rows", "a list of objects", rows);
  }
  const { flatten = false, columns = {}, maxCells = defaultMaxCells, ...init } = options;
  checkColumns("frameFromObjects", columns);
  const list = [...rows];
  // A map, because members may be named as those of Object.prototype.
  const cellsByName = new Map<string, unknown[]>();
  for (const [name, spec] of Object.entries(columns)) {
    if (spec !== false) cellsByName.set(name, new Array(list.length).fill(null));
  }
  const put = (name: string, row: number, value: unknown): void => {
    if (Object.hasOwn(columns, name) && columns[name] === false) return;
    let cells = cellsByName.get(name);
    if (cells === undefined) {
      if (cellsByName.size >= maxFields) throw tooManyColumns();
      checkCellCount(list.length, cellsByName.size + 1, maxCells);
      cells = new Array(list.length).fill(null);
      cellsByName.set(name, cells);
    }
    cells[row] = value;
  };
  list.forEach((row, index) => {
    if (!isPlainObject(row)) {
      const advice = tagOf(row) === "[object Map]" ? ", such as Object.fromEntries(map)" : "";
      throw invalidArgument(`frameFromObjects: row ${index}`, `an object${advice}`, row);
    }
    putMembers(row, "", 1, (name, value) => put(name, index, value), flatten, columns);
  });
  const fields = [...cellsByName].map(([name, cells]) => {
    const spec = Object.hasOwn(columns, name) ? columns[name] : undefined;
    const {
      kind,
      name: label = name,
      ...rest
    } = typeof spec === "object" ? spec : { kind: spec || kindOf(cells) };
    const values = spec ? cells : withoutBigints(cells, kind);
    return createField(label, kind, values as never, rest) as AnyField;
  });
  return createFrame({ ...init, fields });
}

function putMembers(
  object: object,
  prefix: string,
  depth: number,
  put: (name: string, value: unknown) => void,
  flatten: boolean,
  columns: Readonly<Record<string, unknown>>,
): void {
  if (depth > maxDepth) {
    throw new FrameError(
      "limit_exceeded",
      `frameFromObjects: "${prefix.slice(0, 100)}" is nested more than ${maxDepth} deep: give a column above it the kind json`,
    );
  }
  for (const [key, value] of Object.entries(object)) {
    const name = `${prefix}${key}`;
    // A column that is asked for by name is one value.
    if (flatten && isPlainObject(value) && !Object.hasOwn(columns, name)) {
      putMembers(value, `${name}.`, depth + 1, put, flatten, columns);
    } else if (value !== undefined) put(name, value);
  }
}

function isPlainObject(value: unknown): value is object {
  return tagOf(value) === "[object Object]";
}

/** The kind that holds all values of a column. */
function kindOf(cells: readonly unknown[]): FieldKind {
  const found = new Set<FieldKind>();
  for (const value of cells) if (value !== null) found.add(kindOfValue(value));
  if (found.size === 2 && found.has("int64") && found.has("float64")) {
    return cells.every((value) => value === null || isInt64(value)) ? "int64" : "float64";
  }
  const [kind = "json"] = found;
  return found.size > 1 ? "json" : kind;
}

function isInt64(value: unknown): boolean {
  return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

/** The values of a column whose kind was found, with a number or a text for each bigint that the kind does not take. */
function withoutBigints(cells: readonly unknown[], kind: FieldKind): readonly unknown[] {
  if (kind !== "float64" && kind !== "json") return cells;
  const to = kind === "json" ? String : Number;
  return cells.some((value) => typeof value === "bigint")
    ? cells.map((value) => (typeof value === "bigint" ? to(value) : value))
    : cells;
}

function kindOfValue(value: unknown): FieldKind {
  switch (typeof value) {
    case "number":
      return "float64";
    case "bigint":
      return "int64";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    default:
      return isDate(value) ? "time" : "json";
  }
}

function tooManyColumns(): FrameError {
  return new FrameError(
    "limit_exceeded",
    `frameFromObjects: the rows have more than ${maxFields} different members: leave out flatten, or give a column the kind json`,
  );
}
