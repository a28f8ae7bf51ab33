// How cost grows with size and number, side by side with Go: ratios from one run on one machine.

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { currentLoad } from "../about-machine.ts";
import { printResults } from "../print-results.ts";
import { profileFolder } from "../profile-folder.ts";
import { type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { buildPrograms } from "./build-programs.ts";
import { type GrowthCase, growthCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import { runRound } from "./run-round.ts";
import type { Programs } from "./runs.ts";
import { fullSize, quickSize, type Size } from "./size.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

/** When no further round begins that would end later, in ms: on a busy machine there are fewer of them. */
const limitMs = 9.5 * 60_000;

// An `exit` ends what still runs.
process.once("SIGINT", () => process.exit(130));
await runBench({
  name: "growth",
  usage,
  readOptions,
  cases: growthCases,
  go: { program: "benchrpc", of: "go-plugin and the Go SDK" },
  run,
});

async function run(
  options: Options,
  cases: readonly GrowthCase[],
  { goProgram, folder }: Places,
): Promise<number> {
  const profile = await profileFolder(options.profile);
  const size = options.quick ? quickSize : fullSize;
  const programs = {
    benchrpc: goProgram,
    folder,
    requests: join(folder, "requests"),
    frames: join(folder, "frames"),
    profile,
  };
  await Promise.all([
    buildPrograms(folder),
    writeRequests(programs.requests, size.large),
    writeFrames(programs, cases, size),
  ]);
  const load = currentLoad();
  const rounds = await runInRounds(options, limitMs, (number) => runRound(number, cases, size, programs));
  const summaries = cases.flatMap((each) => summarise(each, rounds, size) ?? []);
  await printResults("growth", options, {
    lines: summaries.map(toLine),
    head: tableHead,
    rows: tableRows(summaries),
    rounds: rounds.length,
    load,
  });
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

/** As Go writes them, so that both sides read the same bytes. */
async function writeFrames(
  { benchrpc, frames }: Programs,
  cases: readonly GrowthCase[],
  size: Size,
): Promise<void> {
  for (const [name, fields] of Object.entries(size.fields)) {
    if (!cases.some(({ value }) => value.run.includes(`, ${name} fields `))) continue;
    const flags = ["-fields", String(fields), "-rows", "10", "-write", frames];
    await promisify(execFile)(join(dirname(benchrpc), "benchframes"), flags);
  }
}
