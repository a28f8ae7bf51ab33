import { usageError } from "../usage-error.ts";
import { readOptionFile } from "./read-option-file.ts";

/**
 * Reads the tokens of `--token-file`: one a line, with empty lines and white space around tokens ignored.
 *
 * @throws the error of `usageError` for a file without a token, and for a token that no client can send; it names the line
 */
export function readTokens(file: string): readonly string[] {
  const lines = readOptionFile("--token-file", file)
    .replace(/^\ufeff/, "")
    .split("\n");
  const tokens = lines.flatMap((line, index) => {
    const token = line.trim();
    if (token === "") return [];
    if (/^[\x21-\x7e]+$/.test(token)) return [token];
    throw usageError(
      `--token-file: line ${index + 1} of ${JSON.stringify(file)}: expected a token of letters, digits and marks without spaces, got other characters`,
    );
  });
  if (tokens.length > 0) return tokens;
  throw usageError(`--token-file: ${JSON.stringify(file)}: expected a token on a line, got an empty file`);
}
