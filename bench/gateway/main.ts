// What `serveGateway` costs beside a gateway in Go on the official SDK and net/http, with the same plugin behind both:
// ratios from one run on one machine.

import { profileFolder } from "../profile-folder.ts";
import { type Measure, type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { buildLiveServer } from "./build-live-server.ts";
import { buildPrograms } from "./build-programs.ts";
import { type GatewayCase, gatewayCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { type Round, runRound } from "./run-round.ts";
import { fullSize, quickSize } from "./size.ts";
import { summarise, tableHead, tableRows, toLine } from "./summary.ts";

await runBench({
  name: "gateway",
  usage,
  readOptions,
  cases: gatewayCases,
  go: { program: "benchgateway", of: "a gateway on the Go SDK" },
  prepare,
  summarise,
  toLine,
  tableHead,
  tableRows,
});

async function prepare(
  options: Options,
  cases: readonly GatewayCase[],
  { goProgram, folder }: Places,
): Promise<Measure<Round>> {
  const profile = await profileFolder(options.profile);
  const [centrifuge] = await Promise.all([buildLiveServer(), buildPrograms(folder)]);
  const programs = { benchgateway: goProgram, centrifuge, folder, profile };
  const size = options.quick ? quickSize : fullSize;
  return () => runInRounds(options, (number) => runRound(number, cases, size, programs));
}
