// What a data source on `dataSource` costs, side by side with the same one on the official Go SDK and with the bindings
// alone: ratios from one run on one machine.

import { join } from "node:path";
import { profileFolder } from "../profile-folder.ts";
import { type Measure, type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { buildPrograms } from "./build-programs.ts";
import { type SdkCase, sdkCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import { type Round, runRound } from "./run-round.ts";
import { fullSize, quickSize } from "./size.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

await runBench({
  name: "sdk",
  usage,
  readOptions,
  cases: sdkCases,
  go: { program: "benchrpc", of: "the Go SDK" },
  prepare,
  summarise,
  toLine,
  tableHead,
  tableRows,
});

async function prepare(
  options: Options,
  cases: readonly SdkCase[],
  { goProgram, folder }: Places,
): Promise<Measure<Round>> {
  const profile = await profileFolder(options.profile);
  const size = options.quick ? quickSize : fullSize;
  const requests = join(folder, "requests");
  const programs = { benchrpc: goProgram, folder, requests, profile };
  await Promise.all([buildPrograms(folder), writeRequests(requests, size.rows)]);
  return () => runInRounds(options, (number) => runRound(number, cases, size, programs));
}
