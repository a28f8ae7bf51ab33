// Writes the files that README.md and docs/*.md name into their code blocks. With --check it only tells whether they
// are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { fillCodeBlocks } from "./code-blocks.ts";
import { markdownPages, root } from "./pages.ts";

for (const page of markdownPages()) {
  const url = new URL(page, root);
  const { markdown, stale } = fillCodeBlocks(readFileSync(url, "utf8"), (path) =>
    readFileSync(new URL(path, root), "utf8"),
  );
  if (!process.argv.includes("--check")) writeFileSync(url, markdown);
  else if (stale.length > 0) {
    console.error(`${page} shows an old version of ${stale.join(", ")}: run npm run readme:sync`);
    process.exitCode = 1;
  }
}
