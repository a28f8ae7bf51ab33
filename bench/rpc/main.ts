// gRPC between a host and a plugin side by side with Go's: ratios from one run on one machine.

import { join } from "node:path";
import { profileFolder } from "../profile-folder.ts";
import { type Places, runBench } from "../run-bench.ts";
import { buildPrograms } from "./build-programs.ts";
import { type RpcCase, rpcCases } from "./cases.ts";
import { fullSize, quickSize } from "./contenders.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import type { Round } from "./run-round.ts";
import { runRounds } from "./run-rounds.ts";
import { summarise, table, toLine } from "./summary.ts";

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
  const rounds = await runRounds(options, cases, size, { benchrpc: goProgram, folder, requests, profile });
  return print(options, cases, rounds);
}

/** A table of everything, or in JSON the cases with a target. A failed run leaves its lines to the other rounds and sets the exit code. */
function print(options: Options, cases: readonly RpcCase[], rounds: readonly Round[]): number {
  const summaries = cases.flatMap((each) => summarise(each, rounds) ?? []);
  const targeted = summaries.filter(({ target }) => target !== null);
  if (options.json) for (const summary of targeted) console.log(JSON.stringify(toLine(summary)));
  else console.log(table(summaries));
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
