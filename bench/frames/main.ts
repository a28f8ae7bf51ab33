// Data frames side by side with the Go SDK: times of ours divided by Go's, from one run on one machine.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Measure, type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { type FramesCase, framesCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { type Round, runRound } from "./run-round.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

await runBench({
  name: "frames",
  usage,
  readOptions,
  cases: framesCases,
  go: { program: "benchframes", of: "the Go SDK" },
  prepare,
  summarise,
  toLine,
  tableHead,
  tableRows,
});

async function prepare(
  options: Options,
  cases: readonly FramesCase[],
  { goProgram, folder }: Places,
): Promise<Measure<Round>> {
  await promisify(execFile)(goProgram, ["-write", folder]);
  return () =>
    runInRounds(options, () => runRound(goProgram, folder, cases, options.runs), {
      limitMs: Number.POSITIVE_INFINITY,
    });
}
