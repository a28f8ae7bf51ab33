// What `serveGateway` costs beside a gateway in Go on the official SDK and net/http, with the same plugin behind both:
// ratios from one run on one machine.

import { currentLoad } from "../about-machine.ts";
import { printResults } from "../print-results.ts";
import { profileFolder } from "../profile-folder.ts";
import { type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { buildLiveServer } from "./build-live-server.ts";
import { buildPrograms } from "./build-programs.ts";
import { type GatewayCase, gatewayCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { runRound } from "./run-round.ts";
import { fullSize, quickSize } from "./size.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

/** No round begins that would end later, in ms: on a busy machine there are fewer rounds. */
const limitMs = 9.5 * 60_000;

// An `exit` ends processes that still run.
process.once("SIGINT", () => process.exit(130));
await runBench({
  name: "gateway",
  usage,
  readOptions,
  cases: gatewayCases,
  go: { program: "benchgateway", of: "a gateway on the Go SDK" },
  run,
});

/** A missed target is marked, and is not a failure; a run that failed is one. */
async function run(
  options: Options,
  cases: readonly GatewayCase[],
  { goProgram, folder }: Places,
): Promise<number> {
  const profile = await profileFolder(options.profile);
  const [centrifuge] = await Promise.all([buildLiveServer(), buildPrograms(folder)]);
  const programs = { benchgateway: goProgram, centrifuge, folder, profile };
  const size = options.quick ? quickSize : fullSize;
  const load = currentLoad();
  const rounds = await runInRounds(options, limitMs, (number) => runRound(number, cases, size, programs));
  const summaries = cases.flatMap((each) => summarise(each, rounds) ?? []);
  await printResults("gateway", options, {
    lines: summaries.map(toLine),
    head: tableHead,
    rows: tableRows(summaries),
    rounds: rounds.length,
    load,
  });
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
