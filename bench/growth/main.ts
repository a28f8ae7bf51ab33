// How cost grows with size and number, side by side with Go: ratios from one run on one machine.

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { profileFolder } from "../profile-folder.ts";
import { type Measure, type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { buildPrograms } from "./build-programs.ts";
import { type GrowthCase, growthCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import { type Round, runRound } from "./run-round.ts";
import type { Programs } from "./runs.ts";
import { fullSize, quickSize, type Size } from "./size.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

await runBench({
  name: "growth",
  usage,
  readOptions,
  cases: growthCases,
  go: { program: "benchrpc", of: "go-plugin and the Go SDK" },
  prepare,
  summarise: (each, rounds, options) => summarise(each, rounds, sizeOf(options)),
  toLine,
  tableHead,
  tableRows,
});

async function prepare(
  options: Options,
  cases: readonly GrowthCase[],
  { goProgram, folder }: Places,
): Promise<Measure<Round>> {
  const profile = await profileFolder(options.profile);
  const size = sizeOf(options);
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
  return () => runInRounds(options, (number) => runRound(number, cases, size, programs));
}

function sizeOf({ quick }: Options): Size {
  return quick ? quickSize : fullSize;
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
