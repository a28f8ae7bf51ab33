/** What a piece of SQL is: text in quotes and comments follows other rules than code. */
export type SqlPlace = "code" | "comment" | "identifier" | "literal";

/** How a database reads quotes, and what was found out about one query. */
export interface ScanState {
  /** Whether a backslash escapes the next character of a literal, as in MySQL and ClickHouse. */
  readonly backslashEscapes: boolean;
  /** Searches for the end of a literal in dollars that found none. Each reads the rest of the query. */
  unclosed: number;
}

/** From then on a dollar is a dollar. */
const maxUnclosed = 100;

/** The next position from `at` on at which a quote, a comment or a `$` begins; the length of the text for none. */
export function nextOfInterest(sql: string, at: number): number {
  const interesting = /['"`$]|--|\/\*/g;
  interesting.lastIndex = at;
  return interesting.exec(sql)?.index ?? sql.length;
}

/**
 * The end of the quoted text or comment that begins at a position, and what it is; `undefined` when none begins there.
 * One that is not closed goes to the end.
 */
export function quotedPiece(
  sql: string,
  at: number,
  scan: ScanState,
): { readonly place: Exclude<SqlPlace, "code">; readonly end: number } | undefined {
  switch (sql[at]) {
    case "'":
      return { place: "literal", end: endOfQuotes(sql, at, scan.backslashEscapes) };
    case '"':
    case "`":
      return { place: "identifier", end: endOfQuotes(sql, at, false) };
    case "-":
      return sql[at + 1] === "-" ? { place: "comment", end: endAt(sql, "\n", at) } : undefined;
    case "/":
      return sql[at + 1] === "*" ? { place: "comment", end: endAfter(sql, "*/", at + 2) } : undefined;
    case "$": {
      const tag = scan.unclosed < maxUnclosed ? dollarTag(sql, at) : undefined;
      if (tag === undefined) return undefined;
      const close = sql.indexOf(tag, at + tag.length);
      if (close !== -1) return { place: "literal", end: close + tag.length };
      // Without an end it is a parameter or a mere dollar.
      scan.unclosed++;
      return undefined;
    }
    default:
      return undefined;
  }
}

function endOfQuotes(sql: string, start: number, backslashEscapes: boolean): number {
  const quote = sql[start];
  for (let at = start + 1; at < sql.length; at++) {
    if (backslashEscapes && sql[at] === "\\") at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

/** The tag of a literal in dollars, as PostgreSQL has them (`$body$`). Those of two underscores are macros. */
function dollarTag(sql: string, at: number): string | undefined {
  const tag = /\$(?:(?!__)[A-Za-z_]\w*)?\$/y;
  tag.lastIndex = at;
  return tag.exec(sql)?.[0];
}

function endAt(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found === -1 ? sql.length : found;
}

function endAfter(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found === -1 ? sql.length : found + mark.length;
}
