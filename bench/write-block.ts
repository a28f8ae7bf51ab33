import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../scripts/proto/run-tool.ts";

const page = join(packageRoot, "docs", "performance.md");

/**
 * Writes the results of `npm run bench:<name> -- --write` into docs/performance.md, between the comments that are there.
 *
 * @param about a sentence above the table
 * @param table rows of cells, the first one is the head; the first column is aligned to the left
 * @throws Error when the page does not have the comments
 */
export async function writeBlock(
  name: string,
  about: string,
  table: readonly (readonly string[])[],
): Promise<void> {
  const begin = `<!-- bench: ${name}, written by npm run bench:${name} -- --write -->`;
  const end = "<!-- /bench -->";
  const text = await readFile(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`expected ${begin} and ${end} in ${page}`);
  const [head = [], ...rows] = table;
  const lines = [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows];
  const markdown = lines.map((row) => `| ${row.join(" | ")} |`).join("\n");
  await writeFile(page, `${text.slice(0, from)}${begin}\n${about}\n\n${markdown}\n${text.slice(to)}`);
}
