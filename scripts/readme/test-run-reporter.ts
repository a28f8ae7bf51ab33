/** A reporter of node:test that prints nothing: it writes the titles of a run to `testRunFile`, for check-named-tests.ts. */
import { mkdirSync, writeFileSync } from "node:fs";
import type { TestEvent } from "node:test/reporters";
import { collectTestRun } from "./collect-test-run.ts";
import { testRunFile } from "./pages.ts";

// biome-ignore lint/style/noDefaultExport: node:test takes the default export for the reporter
export default async function* reportTestRun(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const run = await collectTestRun(events);
  mkdirSync(new URL(".", testRunFile), { recursive: true });
  writeFileSync(testRunFile, JSON.stringify(run, undefined, 1));
  yield "";
}
