// gRPC between a host and a plugin side by side with Go's: ratios from one run on one machine.

import { join } from "node:path";
import { profileFolder } from "../profile-folder.ts";
import { type Measure, type Places, runBench } from "../run-bench.ts";
import { buildPrograms } from "./build-programs.ts";
import { type RpcCase, rpcCases } from "./cases.ts";
import { fullSize, quickSize } from "./contenders.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import type { Round } from "./run-round.ts";
import { runRounds } from "./run-rounds.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

await runBench({
  name: "rpc",
  usage,
  readOptions,
  cases: rpcCases,
  go: { program: "benchrpc", of: "go-plugin" },
  prepare,
  summarise,
  toLine: (summary) => (summary.target === null ? undefined : toLine(summary)),
  tableHead,
  tableRows,
});

async function prepare(
  options: Options,
  cases: readonly RpcCase[],
  { goProgram, folder }: Places,
): Promise<Measure<Round>> {
  const requests = join(folder, "requests");
  const profile = await profileFolder(options.profile);
  const size = options.quick ? quickSize : fullSize;
  await Promise.all([buildPrograms(folder), writeRequests(requests, size.packets)]);
  return () => runRounds(options, cases, size, { benchrpc: goProgram, folder, requests, profile });
}
