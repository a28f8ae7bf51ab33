/** The kit of `grafana-plugin-protocol conformance` on every language's example, strictly. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runKit } from "../cli/conformance/run-kit.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { testedLanguages } from "./example-plugin.ts";

const isWanted = Boolean(process.env["CI"] || process.env["TEST_LANGUAGE_CONFORMANCE"]);
const unwanted = "the kit starts each plugin some fifteen times: set TEST_LANGUAGE_CONFORMANCE=1";
const query = {
  rawSql:
    "select date as time, location, nullif(temp_max, 12.8) as temp_max from weather order by date limit 20",
};

for (const { language, example, skip } of await testedLanguages()) {
  test(`the ${language.title} plugin conforms strictly, but for what conformance/${language.name}.txt names`, {
    skip: skip || (isWanted ? false : unwanted),
  }, async (t) => {
    const { path } = await privateTmp(t);
    const queryFile = join(path, "query.json");
    writeFileSync(queryFile, JSON.stringify(query));
    // Each name in it has its reason as a comment; the kit fails when one of them passes.
    const expected = join(import.meta.dirname, "conformance", `${language.name}.txt`);
    const expectedFailures = existsSync(expected) ? ["--expected-failures", expected] : [];

    const run = await runKit(
      "--strict",
      ...["--query", queryFile, "--resource", "columns", "--stream", "replay/seattle"],
      // Starts of a runtime on a busy machine, without a fault of the plugin.
      ...["--within", "120", "--stop-within", "60"],
      ...expectedFailures,
      ...["--", example.command, ...example.args],
    );

    const odd = run.checks.filter(
      ({ verdict }) => !["passed", "left out", "expected failure"].includes(verdict),
    );
    assert.deepEqual(odd, []);
    // The body of the one resource is a single message, and what a plugin lacks is known by reflection only.
    const mayBeLeftOut = ["resources.one-header-block", "services.contract"];
    assert.deepEqual(
      run.names("left out").filter((name) => !mayBeLeftOut.includes(name)),
      [],
    );
    assert.equal(run.exitCode, 0);
  });
}
