// Data frames side by side with the Go SDK: times of ours divided by Go's, from one run on one machine.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { currentLoad } from "../about-machine.ts";
import { printResults } from "../print-results.ts";
import { type Places, runBench } from "../run-bench.ts";
import { type FramesCase, framesCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { type Pair, runRound } from "./run-round.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

await runBench({
  name: "frames",
  usage,
  readOptions,
  cases: framesCases,
  go: { program: "benchframes", of: "the Go SDK" },
  run,
});

async function run(
  options: Options,
  cases: readonly FramesCase[],
  { goProgram, folder }: Places,
): Promise<number> {
  await promisify(execFile)(goProgram, ["-write", folder]);
  const load = currentLoad();
  const pairs: Pair[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    if (!options.json) console.error(`round ${round} of ${options.rounds}`);
    pairs.push(...(await runRound(goProgram, folder, cases, options.runs)));
  }
  const summaries = cases.map((each) => summarise(each, pairs));
  await printResults("frames", options, {
    lines: summaries.map(toLine),
    head: tableHead,
    rows: tableRows(summaries),
    rounds: options.rounds,
    load,
  });
  return 0;
}
