/** What macros take from a query. */
export interface MacroQuery {
  readonly sql: string;
  /** Dates, or milliseconds since 1970. */
  readonly timeRange: { readonly from: Date | number; readonly to: Date | number };
  readonly intervalMs: number;
  /** For `$__table`. */
  readonly table?: string | undefined;
  /** For `$__column`. */
  readonly column?: string | undefined;
}

/** What a macro can use. `text` is the form with values in the SQL, `bound` the one with placeholders. */
export interface MacroContext {
  readonly query: MacroQuery;
  readonly form: "bound" | "text";
  /** Where the macro stands. Macros in comments are not expanded. */
  readonly place: "code" | "identifier" | "literal";
  /** The range of the query in milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * Writes a value: a placeholder in the bound form, else `text`.
   *
   * @param text default: the value as a literal of SQL, with its quotes doubled
   */
  value(value: unknown, text?: string): string;
  /** Writes a time in milliseconds since 1970: a placeholder, or `'2026-11-30T12:00:00Z'`. */
  time(ms: number): string;
  /**
   * The text of an argument that the macro reads itself, such as the interval of a group by time: in the bound form
   * `$__interval` in an argument is a placeholder, here it is `1m`. A placeholder that the macro then does not write is not
   * bound.
   */
  textOf(arg: string): string;
  /** Writes the name of a table or column: quoted in the bound form, else as it is. */
  identifier(name: string): string;
}

/**
 * A macro: the SQL that takes its place. It gets the arguments in its brackets, trimmed, with the macros in them
 * expanded; none without brackets, one empty argument for `()`. What it throws fails the query.
 */
export type Macro = (args: readonly string[], context: MacroContext) => string;

/** Macros by their name without `$__`: letters, digits and underscores. */
export type Macros = Readonly<Record<string, Macro>>;
