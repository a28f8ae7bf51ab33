// Writes the files that README.md names into its code blocks. With --check it only tells whether they are there.
import { readFileSync, writeFileSync } from "node:fs";
import { fillCodeBlocks } from "./code-blocks.ts";

const root = new URL("../../", import.meta.url);
const readme = new URL("README.md", root);

const { markdown, stale } = fillCodeBlocks(readFileSync(readme, "utf8"), (path) =>
  readFileSync(new URL(path, root), "utf8"),
);
if (!process.argv.includes("--check")) writeFileSync(readme, markdown);
else if (stale.length > 0) {
  console.error(`README.md shows ${stale.join(", ")} as it was: run npm run readme:sync`);
  process.exitCode = 1;
}
