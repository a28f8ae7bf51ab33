import { type ExpandedPiece, expandMacros, type MacroOptions } from "./expand-macros.ts";
import type { MacroQuery } from "./macro.ts";
import { sqlError } from "./sql-error.ts";

/** How a driver marks values: by position, by number or by name. */
export type PlaceholderStyle = "$1" | ":p1" | "?" | "@p1";

/** Options of {@link bindSql}. */
export interface BindOptions extends MacroOptions {
  readonly placeholder: PlaceholderStyle;
  /** Makes the value of a time from milliseconds since 1970. Default: its ISO text in UTC, with milliseconds. */
  readonly time?: ((ms: number) => unknown) | undefined;
  /** Quotes the name of a table or column. Default: each part between dots in double quotes, as in standard SQL. */
  readonly quoteIdentifier?: ((name: string) => string) | undefined;
}

/** SQL with placeholders, and their values. */
export interface BoundSql {
  readonly sql: string;
  /** In the order of the placeholders. */
  readonly values: readonly unknown[];
  /** By name without its sign: `p1`, `p2`. For drivers that bind names. */
  readonly named: Readonly<Record<string, unknown>>;
}

/** Stands for value `index` until the SQL is whole: only then is the order of the placeholders known. */
const mark = (index: number): string => `\0${index}\0`;
const marks = /\0(\d+)\0/g;

/**
 * Expands the macros of a query with placeholders for all values, so that no value becomes part of the SQL. The names for
 * `$__table` and `$__column` are quoted, because no driver binds names. A literal that is one macro and nothing else,
 * such as `'$__interval'`, becomes a placeholder. Macros in comments stay as they are.
 *
 * @throws QueryError with status 400 that names macro and argument, also for a value inside of a longer literal
 */
export function bindSql(query: MacroQuery, options: BindOptions): BoundSql {
  const { placeholder, time = isoText, quoteIdentifier = quoteParts } = options;
  if (!["$1", ":p1", "?", "@p1"].includes(placeholder)) {
    throw new TypeError(`placeholder must be "$1", ":p1", "?" or "@p1", got ${JSON.stringify(placeholder)}`);
  }
  const given: unknown[] = [];
  const texts: (string | undefined)[] = [];
  const bind = (value: unknown, text?: string): string => {
    texts.push(text);
    return mark(given.push(value) - 1);
  };
  const expanded = expandMacros(query, options, {
    form: "bound",
    value: bind,
    time: (ms) => bind(time(ms), isoText(ms)),
    textOf: (arg) =>
      arg.replace(marks, (_, index: string) => texts[Number(index)] ?? String(given[Number(index)])),
    identifier: (name, place) => {
      if (name.includes("\0")) throw sqlError("expected a name without NUL characters, got one with them");
      if (place === "literal") return bind(name);
      if (place === "code") return quoteIdentifier(name);
      if (!/["`]/.test(name)) return name;
      throw sqlError(
        "expected a name without quotes inside of a quoted name: write the macro without quotes",
      );
    },
    quoted: replaceQuoted,
  });
  return numberMarks(expanded, given, placeholder);
}

function replaceQuoted({ place, text, only, macro }: ExpandedPiece): string {
  if (place === "identifier") {
    if (text.includes("\0")) {
      throw sqlError(`macro ${macro}: expected a value outside of a quoted name, where it cannot be bound`);
    }
    return text;
  }
  if (only !== undefined && /^\0\d+\0$/.test(only)) return only;
  if (text.includes("\0")) {
    throw sqlError(
      `macro ${macro}: expected it outside of the text in quotes, where a value cannot be bound: join the texts with || or CONCAT`,
    );
  }
  return text;
}

/** Replaces the marks by placeholders. A value that a macro wrote twice is there twice for `?`, else once. */
function numberMarks(expanded: string, given: readonly unknown[], placeholder: PlaceholderStyle): BoundSql {
  const values: unknown[] = [];
  const numbers = new Map<string, number>();
  const sql = expanded.replace(marks, (_, index: string) => {
    let number = placeholder === "?" ? undefined : numbers.get(index);
    if (number === undefined) {
      number = values.push(given[Number(index)]);
      numbers.set(index, number);
    }
    return placeholder === "?" ? "?" : placeholder.replace("1", String(number));
  });
  return { sql, values, named: Object.fromEntries(values.map((value, index) => [`p${index + 1}`, value])) };
}

function isoText(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime()))
    throw sqlError(`expected a time within 100 million days of 1970, got ${ms}`);
  return date.toISOString();
}

function quoteParts(name: string): string {
  return name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}
