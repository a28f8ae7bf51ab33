// What a data source on `dataSource` costs, side by side with the same one on the official Go SDK and with the bindings
// alone: ratios from one run on one machine.

import { join } from "node:path";
import { currentLoad } from "../about-machine.ts";
import { printResults } from "../print-results.ts";
import { profileFolder } from "../profile-folder.ts";
import { type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { buildPrograms } from "./build-programs.ts";
import { type SdkCase, sdkCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import { runRound } from "./run-round.ts";
import { fullSize, quickSize } from "./size.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

/** No round begins that would end later, in ms: on a busy machine there are fewer rounds. */
const limitMs = 9.5 * 60_000;

// An `exit` ends processes that still run.
process.once("SIGINT", () => process.exit(130));
await runBench({
  name: "sdk",
  usage,
  readOptions,
  cases: sdkCases,
  go: { program: "benchrpc", of: "the Go SDK" },
  run,
});

async function run(
  options: Options,
  cases: readonly SdkCase[],
  { goProgram, folder }: Places,
): Promise<number> {
  const profile = await profileFolder(options.profile);
  const size = options.quick ? quickSize : fullSize;
  const requests = join(folder, "requests");
  const programs = { benchrpc: goProgram, folder, requests, profile };
  await Promise.all([buildPrograms(folder), writeRequests(requests, size.rows)]);
  const load = currentLoad();
  const rounds = await runInRounds(options, limitMs, (number) => runRound(number, cases, size, programs));
  const summaries = cases.flatMap((each) => summarise(each, rounds) ?? []);
  await printResults("sdk", options, {
    lines: summaries.map(toLine),
    head: tableHead,
    rows: tableRows(summaries),
    rounds: rounds.length,
    load,
  });
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
