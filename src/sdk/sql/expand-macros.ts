import { defaultMacros } from "./default-macros.ts";
import { formatMacroDate } from "./format-macro-date.ts";
import type { Macro, MacroContext, MacroQuery, Macros } from "./macro.ts";
import { macroArguments } from "./macro-arguments.ts";
import { nextOfInterest, quotedPiece, type ScanState, type SqlPlace } from "./scan-sql.ts";
import { sqlError } from "./sql-error.ts";

/** Options of both forms. */
export interface MacroOptions {
  /** Macros beside those of `defaultMacros`, or in their place. */
  readonly macros?: Macros | undefined;
  /**
   * Whether a backslash escapes the next character of a literal, as in MySQL and ClickHouse. Default false, as in
   * standard SQL.
   */
  readonly backslashEscapes?: boolean | undefined;
}

/** How a form writes what macros write. */
export interface MacroForm {
  readonly form: "bound" | "text";
  value(value: unknown, text: string | undefined): string;
  time(ms: number): string;
  textOf(arg: string): string;
  identifier(name: string, place: SqlPlace): string;
  /** What takes the place of a whole literal or quoted identifier with macros in it. */
  quoted(piece: ExpandedPiece): string;
}

/** A quoted text in which macros were expanded. */
export interface ExpandedPiece {
  readonly place: "identifier" | "literal";
  /** With its quotes. */
  readonly text: string;
  /** What a single macro between the quotes made, if nothing else is there. */
  readonly only: string | undefined;
  /** The first macro in it. */
  readonly macro: string;
}

interface Scope {
  readonly query: MacroQuery;
  readonly macros: Macros;
  readonly form: MacroForm;
  readonly scan: ScanState;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Macros in arguments of macros. */
const maxDepth = 16;

/** A macro may write an argument twice, so macros in macros can double the text at each level. */
const maxChars = 4 << 20;

/** Expands all macros of a query, each once, those in arguments first. Comments stay as they are. */
export function expandMacros(query: MacroQuery, options: MacroOptions, form: MacroForm): string {
  if (typeof query.sql !== "string")
    throw sqlError(`expected the SQL of the query to be a text, got ${typeof query.sql}`);
  if (query.sql.includes("\0")) throw sqlError("expected SQL without NUL characters, got some with one");
  const scope: Scope = {
    query,
    macros: { ...defaultMacros, ...options.macros },
    form,
    scan: { backslashEscapes: options.backslashEscapes ?? false, unclosed: 0 },
    fromMs: Number(query.timeRange.from),
    toMs: Number(query.timeRange.to),
  };
  return expandCode(query.sql, scope, 0);
}

function expandCode(sql: string, scope: Scope, depth: number): string {
  if (depth > maxDepth) throw sqlError(`expected macros within at most ${maxDepth} macros, got more`);
  let made = "";
  let at = 0;
  while (at < sql.length) {
    const next = nextOfInterest(sql, at);
    made += sql.slice(at, next);
    if (next === sql.length) break;
    const piece = quotedPiece(sql, next, scope.scan);
    if (piece !== undefined) {
      const text = sql.slice(next, piece.end);
      made += piece.place === "comment" ? text : expandQuoted(text, piece.place, scope);
      at = piece.end;
      continue;
    }
    const macro = expandAt(sql, next, "code", scope, depth);
    made += macro?.text ?? sql[next];
    at = macro?.end ?? next + 1;
  }
  return made;
}

/** Expands the macros in a literal or a quoted identifier. */
function expandQuoted(text: string, place: "identifier" | "literal", scope: Scope): string {
  const [open = ""] = /^(?:\$\w*\$|.)/s.exec(text) ?? [];
  let made = "";
  let first:
    | { readonly name: string; readonly text: string; readonly start: number; readonly end: number }
    | undefined;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf("$", at === 0 ? open.length : at);
    if (next === -1) break;
    const macro = expandAt(text, next, place, scope, 0);
    made += text.slice(at, next) + (macro?.text ?? "$");
    at = macro?.end ?? next + 1;
    if (macro !== undefined) first ??= { ...macro, start: next };
  }
  if (first === undefined) return text;
  const isOnly = first.start === open.length && first.end === text.length - open.length;
  return scope.form.quoted({
    place,
    text: made + text.slice(at),
    only: isOnly ? first.text : undefined,
    macro: first.name,
  });
}

/** Expands the macro, or the variable such as `${__from}`, that begins at a position. */
function expandAt(
  sql: string,
  at: number,
  place: MacroContext["place"],
  scope: Scope,
  depth: number,
): { readonly name: string; readonly text: string; readonly end: number } | undefined {
  const start = /\$(?:__(\w+)|\{__(from|to)(?::([^}]{0,100}))?\})/y;
  start.lastIndex = at;
  const [whole = "", macroName, end, format = ""] = start.exec(sql) ?? [];
  const context = contextOf(place, scope);
  if (end !== undefined) {
    const value = formatMacroDate(end === "from" ? scope.fromMs : scope.toMs, format);
    return { name: whole, text: context.value(value, String(value)), end: at + whole.length };
  }
  if (macroName === undefined || !Object.hasOwn(scope.macros, macroName)) return undefined;
  const name = `$__${macroName}`;
  const given = macroArguments(sql, at + whole.length, place === "code", scope.scan);
  if (given === undefined)
    throw sqlError(`macro ${name}: expected a closing bracket behind its arguments, and there is none`);
  const args = place === "code" ? given.args.map((arg) => expandCode(arg, scope, depth + 1)) : given.args;
  const made = (scope.macros[macroName] as Macro)(args, context);
  if (typeof made !== "string")
    throw new TypeError(`macro ${name}: expected it to return a text, got ${typeof made}`);
  if (made.length > maxChars)
    throw sqlError(`macro ${name}: expected at most ${maxChars} characters of SQL, got more`);
  return { name, text: made, end: given.end };
}

function contextOf(place: MacroContext["place"], { query, form, fromMs, toMs }: Scope): MacroContext {
  return {
    query,
    form: form.form,
    place,
    fromMs,
    toMs,
    value: (value, text) => form.value(value, text),
    time: (ms) => form.time(ms),
    textOf: (arg) => form.textOf(arg),
    identifier: (name) => form.identifier(name, place),
  };
}
