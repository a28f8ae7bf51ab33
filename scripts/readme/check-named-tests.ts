// Tells whether every test that a page names was in the last `npm test`, by the titles that node:test itself reported.
import { existsSync, readFileSync } from "node:fs";
import { findTest, type NamedTest, namedTests, type TestRun } from "./named-tests.ts";
import { markdownPages, root, testRunFile } from "./pages.ts";

if (!existsSync(testRunFile)) {
  console.error("expected the titles of tests in .build/test-run.json, got no such file: run npm test first");
  process.exit(1);
}
const run: TestRun = JSON.parse(readFileSync(testRunFile, "utf8"));
const named = markdownPages().flatMap((page) =>
  namedTests(readFileSync(new URL(page, root), "utf8")).map((test) => ({ ...test, page })),
);
const unknown = named.filter((test) => findTest(test, run) === "unknown");
const missing = named.filter((test) => findTest(test, run) === "missing");

const describe = ({ page, file, name }: NamedTest & { readonly page: string }): string =>
  `${page} names a test that npm test did not run: test/${file}.test.ts has no "${name}"`;
for (const test of missing) console.error(describe(test));
if (missing.length > 0) process.exitCode = 1;
if (unknown.length > 0)
  console.log(
    `left out: ${unknown.length} of ${named.length} named tests, in files that were skipped in part`,
  );
