// Writes the files that README.md and docs/*.md name into their code blocks. With --check it only tells whether they
// are up to date, and whether a page names each function that the package exports.
import { readFileSync, writeFileSync } from "node:fs";
import { publicExports } from "../package/public-exports.ts";
import { checksPage, fillCheckTables } from "./check-tables.ts";
import { fillCodeBlocks } from "./code-blocks.ts";
import { fillHostTable, hostTablePage } from "./host-table.ts";
import { markdownPages, root } from "./pages.ts";
import { unnamedExports } from "./unnamed-exports.ts";

/** By page: what writes its tables, and what they are. */
const tables: Readonly<Record<string, { fill: (markdown: string) => string; what: string }>> = {
  [checksPage]: { fill: fillCheckTables, what: "the tables of conformance --list" },
  [hostTablePage]: { fill: fillHostTable, what: "the table of plugins and hosts" },
};

for (const page of markdownPages()) {
  const url = new URL(page, root);
  const { markdown, stale: staleBlocks } = fillCodeBlocks(readFileSync(url, "utf8"), (path) =>
    readFileSync(new URL(path, root), "utf8"),
  );
  const { fill, what } = tables[page] ?? { fill: (text) => text, what: "" };
  const filled = fill(markdown);
  const stale = filled === markdown ? staleBlocks : [...staleBlocks, what];
  if (!process.argv.includes("--check")) writeFileSync(url, filled);
  else if (stale.length > 0) {
    console.error(`${page} shows an old version of ${stale.join(", ")}: run npm run readme:sync`);
    process.exitCode = 1;
  }
}

/** Its rows say which function of the Go SDK is which of ours, and not what that does. */
const rowsOnly = "docs/sdk/go-sdk.md";

if (process.argv.includes("--check")) {
  const pages = markdownPages().filter((page) => page !== rowsOnly);
  const texts = pages.map((page) => readFileSync(new URL(page, root), "utf8"));
  for (const { subpath, name, file } of unnamedExports(publicExports(), texts)) {
    console.error(
      `no page names ${name} of ${subpath} (${file}): add a line to README.md or docs/, or do not export it`,
    );
    process.exitCode = 1;
  }
}
