// gRPC between a host and a plugin side by side with Go's: ratios from one run on one machine.

import { join } from "node:path";
import { currentLoad } from "../about-machine.ts";
import { printResults } from "../print-results.ts";
import { profileFolder } from "../profile-folder.ts";
import { type Places, runBench } from "../run-bench.ts";
import { buildPrograms } from "./build-programs.ts";
import { type RpcCase, rpcCases } from "./cases.ts";
import { fullSize, quickSize } from "./contenders.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import { runRounds } from "./run-rounds.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

// An `exit` ends processes that still run.
process.once("SIGINT", () => process.exit(130));
await runBench({
  name: "rpc",
  usage,
  readOptions,
  cases: rpcCases,
  go: { program: "benchrpc", of: "go-plugin" },
  run,
});

async function run(
  options: Options,
  cases: readonly RpcCase[],
  { goProgram, folder }: Places,
): Promise<number> {
  const requests = join(folder, "requests");
  const profile = await profileFolder(options.profile);
  const size = options.quick ? quickSize : fullSize;
  await Promise.all([buildPrograms(folder), writeRequests(requests, size.packets)]);
  const load = currentLoad();
  const rounds = await runRounds(options, cases, size, { benchrpc: goProgram, folder, requests, profile });
  const summaries = cases.flatMap((each) => summarise(each, rounds) ?? []);
  await printResults("rpc", options, {
    lines: summaries.filter(({ target }) => target !== null).map(toLine),
    head: tableHead,
    rows: tableRows(summaries),
    rounds: rounds.length,
    load,
  });
  // A failed run leaves its lines to the other rounds.
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
