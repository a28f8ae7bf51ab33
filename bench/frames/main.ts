// Data frames side by side with the Go SDK: times of ours divided by Go's, from one run on one machine.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { framesCases } from "./cases.ts";
import { findBenchframes } from "./find-benchframes.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { type Pair, runRound } from "./run-round.ts";
import { summarise, table, toLine } from "./summary.ts";

const status = await main(process.argv.slice(2));
process.exitCode = status;

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const cases = framesCases.filter(({ name }) => options.only.test(name));
  if (cases.length === 0) {
    console.error(`no case matches ${options.only}: ${framesCases.map(({ name }) => name).join("; ")}`);
    return 2;
  }
  const benchframes = await findBenchframes();
  if (benchframes === undefined) {
    console.error("the benchmark compares with the Go SDK and needs a Go toolchain on PATH: see go.dev/dl");
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), "bench-frames-"));
  try {
    await promisify(execFile)(benchframes, ["-write", folder]);
    const pairs: Pair[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      if (!options.json) console.error(`round ${round} of ${options.rounds}`);
      pairs.push(...(await runRound(benchframes, folder, cases, options.runs)));
    }
    const summaries = cases.map((each) => summarise(each, pairs));
    if (options.json) for (const summary of summaries) console.log(JSON.stringify(toLine(summary)));
    else console.log(table(summaries));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}
