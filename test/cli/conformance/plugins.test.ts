/** The kit on plugins that conform: of the examples, and official Go plugins of two ages. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { weatherLauncher } from "../../examples/start-weather.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { sourceProgram } from "../../helpers/run-program.ts";
import { ages, majorOne } from "../../interop/ages.ts";
import { buildAge, buildMajorOne } from "../../interop/ages-build.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { type KitRun, runKit } from "./run-kit.ts";

const go = await buildGoPeers();
const isWanted = Boolean(process.env["CI"] || process.env["TEST_OLD_SDKS"]);
const old = ages.find(({ sdk }) => sdk === "v0.139.0");
const needsGo = go === undefined ? { skip: withoutGo } : {};
const needsOldGo =
  go === undefined || !isWanted
    ? { skip: go === undefined ? withoutGo : "building old SDKs takes minutes: set TEST_OLD_SDKS=1" }
    : {};
/** A run starts a plugin some fifteen times; outside CI that of the weather plugin is enough. */
const inCi = process.env["CI"] ? {} : { skip: "runs in CI: set CI=1" };
const weatherQuery = {
  rawSql:
    "select date as time, location, nullif(temp_max, 12.8) as temp_max from weather order by date limit 20",
};
const goQuery = { do: "series", rows: 3 };

/** What is neither passed nor left out, by verdict. */
function oddIn(run: KitRun): Readonly<Record<string, readonly string[]>> {
  const odd = run.checks.filter(({ verdict }) => !["passed", "left out"].includes(verdict));
  return Object.fromEntries(odd.map(({ verdict }) => [verdict, run.names(verdict)]));
}

/** Runs the kit with a query and, of those that may fail, the names. Asserts that the kit leaves nothing. */
async function runWith(
  t: TestContext,
  query: object,
  expectedFailures: readonly string[],
  ...args: readonly string[]
): Promise<KitRun> {
  const { path } = await privateTmp(t);
  const [queryFile, expectedFile] = [join(path, "query.json"), join(path, "expected.txt")];
  writeFileSync(queryFile, JSON.stringify(query));
  writeFileSync(expectedFile, `# of this plugin\n${expectedFailures.join("\n")}\n`);
  return runKit("--query", queryFile, "--expected-failures", expectedFile, ...args);
}

test("the weather plugin conforms, also strictly", async (t) => {
  const paths = ["--resource", "columns", "--stream", "replay/seattle"];
  const run = await runWith(t, weatherQuery, [], "--strict", ...paths, "--", weatherLauncher);

  assert.deepEqual(oddIn(run), {});
  assert.deepEqual(run.names("left out"), ["resources.one-header-block"]);
  assert.equal(run.exitCode, 0);
});

for (const [program, lacking] of [
  ["readme/plugin.ts", []],
  ["pages/plugin.ts", []],
  ["fast-start/plugin.ts", []],
  // As little as a host needs: no library, so it answers without a look at the message.
  ["handshake/plugin.ts", ["services.health-unknown", "requests.malformed", "end.host-lost"]],
] as const) {
  const but = lacking.length === 0 ? "" : `, but for ${lacking.join(", ")}`;
  test(`the example ${program} conforms strictly${but}`, inCi, async (t) => {
    const example = sourceProgram(new URL(`../../../examples/${program}`, import.meta.url));
    const run = await runWith(t, weatherQuery, lacking, "--strict", "--", process.execPath, ...example);

    assert.deepEqual(oddIn(run), lacking.length === 0 ? {} : { "expected failure": lacking });
    assert.equal(run.exitCode, 0);
  });
}

test(
  "an official Go plugin of protocol 1 and 2 conforms; that it outlives its host is advice",
  needsGo,
  async (t) => {
    const paths = ["--resource", "chunks", "--stream", "ok/forever"];
    const run = await runWith(t, goQuery, [], ...paths, "--", go?.plugin ?? "");

    assert.deepEqual(oddIn(run), { advice: ["end.host-lost"] });
    assert.deepEqual(run.names("left out"), ["v1.rows"]);
    assert.equal(run.exitCode, 0);
  },
);

test(
  `an official Go plugin of SDK ${old?.sdk} conforms but for what its age lacks`,
  needsOldGo,
  async (t) => {
    assert.ok(old !== undefined && go !== undefined);
    const { plugin } = await buildAge(old, dirname(go.plugin));
    const lacking = ["handshake.socket-directory", "requests.empty", "frames.status", "end.host-lost"];
    const paths = ["--resource", "chunks", "--stream", "ok/forever"];
    const run = await runWith(t, goQuery, lacking, "--strict", ...paths, "--", plugin);

    assert.deepEqual(oddIn(run), { "expected failure": lacking });
    assert.equal(run.exitCode, 0);
  },
);

test(`a Go plugin of protocol 1 with go-plugin ${majorOne.goPlugin} conforms`, needsOldGo, async (t) => {
  assert.ok(go !== undefined);
  const { plugin } = await buildMajorOne(dirname(go.plugin));
  const run = await runWith(t, goQuery, [], "--", plugin);

  assert.deepEqual(oddIn(run), { advice: ["handshake.socket-directory", "end.host-lost"] });
  assert.ok(run.names("passed").includes("v1.ref-id"), run.printed);
  assert.equal(run.exitCode, 0);
});
