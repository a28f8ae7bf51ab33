import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root: URL = new URL("../../", import.meta.url);

/** README.md, the pages of docs and those of the other languages' packages, as paths from the repository's folder: those whose code comes from files. */
export function markdownPages(): string[] {
  return [
    "README.md",
    ...globSync(["docs/**/*.md", "packages/*/README.md"], { cwd: fileURLToPath(root) }).sort(),
  ];
}

/** What the last `npm test` ran: a `TestRun` in JSON. */
export const testRunFile: URL = new URL(".build/test-run.json", root);
