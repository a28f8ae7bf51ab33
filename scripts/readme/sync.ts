// Writes the files that README.md and docs/*.md name into their code blocks. With --check it only tells whether they
// are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { checksPage, fillCheckTables } from "./check-tables.ts";
import { fillCodeBlocks } from "./code-blocks.ts";
import { markdownPages, root } from "./pages.ts";

for (const page of markdownPages()) {
  const url = new URL(page, root);
  const { markdown, stale: staleBlocks } = fillCodeBlocks(readFileSync(url, "utf8"), (path) =>
    readFileSync(new URL(path, root), "utf8"),
  );
  const filled = page === checksPage ? fillCheckTables(markdown) : markdown;
  const stale = filled === markdown ? staleBlocks : [...staleBlocks, "the tables of conformance --list"];
  if (!process.argv.includes("--check")) writeFileSync(url, filled);
  else if (stale.length > 0) {
    console.error(`${page} shows an old version of ${stale.join(", ")}: run npm run readme:sync`);
    process.exitCode = 1;
  }
}
