import { quotedPiece, type ScanState } from "./scan-sql.ts";

/** The arguments in brackets behind a macro, trimmed, and the position after them. */
export interface MacroArguments {
  readonly args: readonly string[];
  readonly end: number;
}

/**
 * Reads the arguments that begin at a position. Commas and brackets within brackets, and within quotes of code, belong
 * to an argument.
 *
 * @param inCode false inside of a literal, where quotes have no meaning
 * @returns no arguments for a text that does not begin with a bracket; `undefined` when the bracket is not closed
 */
export function macroArguments(
  sql: string,
  start: number,
  inCode: boolean,
  scan: ScanState,
): MacroArguments | undefined {
  if (sql[start] !== "(") return { args: [], end: start };
  const args: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < sql.length; at++) {
    const piece = inCode ? quotedPiece(sql, at, scan) : undefined;
    if (piece !== undefined) {
      at = piece.end - 1;
      continue;
    }
    const character = sql[at];
    if (character === "(") depth++;
    else if (character === ")") depth--;
    if (depth === 0 || (depth === 1 && character === ",")) {
      args.push(sql.slice(from, at).trim());
      from = at + 1;
    }
    if (depth === 0) return { args, end: at + 1 };
  }
  return undefined;
}
