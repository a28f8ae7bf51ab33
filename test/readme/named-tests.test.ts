/** How the tests that a page names are found: by the titles that node:test itself reports. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { findTest, namedTests, type TestRun } from "../../scripts/readme/named-tests.ts";
import { markdownPages, root } from "../../scripts/readme/pages.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";

const fixture = (name: string): URL => new URL(`fixtures/${name}.ts`, import.meta.url);

test("the titles of a run are those of its tests, subtests and suites, whatever became of them", async (t) => {
  const files = [fixture("titles"), fixture("skipped-titles")].map(({ pathname }) => pathname);
  // Else node:test takes it for a test file that starts others.
  const env = { NODE_TEST_CONTEXT: undefined };
  const program = runProgram(t, process.execPath, sourceProgram(fixture("collect"), ...files), env);
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());

  const run: TestRun = JSON.parse(program.stdout());

  assert.deepEqual(run, {
    "readme/fixtures/titles.ts": {
      titles: ["computed of one", "computed of two", "below", "with subtests", "a suite", "fails"],
      hasSkipped: false,
    },
    "readme/fixtures/skipped-titles.ts": { titles: ["a skipped suite"], hasSkipped: true },
  });
});

test("a test that was not run is missing, or unknown in a file that was skipped in part", () => {
  const run: TestRun = {
    "host/close": { titles: ["closing twice is one end", "closing over unix is quick"], hasSkipped: false },
    "host/tls": { titles: ["a suite"], hasSkipped: true },
  };
  const text =
    '`host/close` "closing twice is one end", "closing thrice is one end", "closing…", "twice is one end"; ' +
    '`host/close` "closing over … is quick", "closing over … is slow", "closing twice is one end…"; ' +
    '`host/tls` "a suite", "below it"; `host/none` "a suite"';

  assert.deepEqual(
    namedTests(text).map((each) => findTest(each, run)),
    [
      ...["found", "missing", "found", "missing"],
      ...["found", "missing", "missing"],
      ...["found", "unknown", "missing"],
    ],
  );
});

// That it has a test of that title, `npm run readme:tests` tells after `npm test`.
test("every page names tests in files that are there", () => {
  const named = markdownPages().flatMap((page) => namedTests(readFileSync(new URL(page, root), "utf8")));

  assert.ok(named.length > 200, `${named.length} tests`);
  assert.deepEqual(
    named.filter(({ file }) => !existsSync(new URL(`test/${file}.test.ts`, root))),
    [],
  );
});
