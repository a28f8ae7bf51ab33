import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import type { TestRun } from "./named-tests.ts";
import { root } from "./pages.ts";

/** The titles of all tests and suites of a run of node:test, whether they passed, failed or were skipped. */
export async function collectTestRun(events: AsyncIterable<TestEvent>): Promise<TestRun> {
  const tests = fileURLToPath(new URL("test", root));
  const run: Record<string, { titles: string[]; hasSkipped: boolean }> = {};
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const file = relative(tests, data.file ?? "").replace(/\.test\.ts$/, "");
    run[file] ??= { titles: [], hasSkipped: false };
    run[file].titles.push(data.name);
    run[file].hasSkipped ||= data.skip !== undefined;
  }
  return run;
}
