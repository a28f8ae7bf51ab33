// What `serveGateway` costs beside a gateway in Go on the official SDK and net/http, with the same plugin behind both:
// ratios from one run on one machine.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { aboutMachine, currentLoad } from "../about-machine.ts";
import { type Places, runBench } from "../run-bench.ts";
import { runInRounds } from "../run-in-rounds.ts";
import { writeBlock } from "../write-block.ts";
import { buildLiveServer } from "./build-live-server.ts";
import { buildPrograms } from "./build-programs.ts";
import { type GatewayCase, gatewayCases } from "./cases.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { runRound } from "./run-round.ts";
import { fullSize, quickSize } from "./size.ts";
import { summarise, table, tableHead, tableRows, toLine } from "./summary.ts";

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

/** Targets that are missed are marked, and no failure; a run that failed is one. */
async function run(
  options: Options,
  cases: readonly GatewayCase[],
  { goProgram, folder }: Places,
): Promise<number> {
  const profile = options.profile && resolve(options.profile);
  if (profile !== undefined) await mkdir(profile, { recursive: true });
  const [centrifuge] = await Promise.all([buildLiveServer(), buildPrograms(folder)]);
  const programs = { benchgateway: goProgram, centrifuge, folder, profile };
  const size = options.quick ? quickSize : fullSize;
  const load = currentLoad();
  const rounds = await runInRounds(options, limitMs, (number) => runRound(number, cases, size, programs));
  const summaries = cases.flatMap((each) => summarise(each, rounds) ?? []);
  if (options.json) for (const summary of summaries) console.log(JSON.stringify(toLine(summary)));
  else console.log(table(summaries));
  if (options.write) {
    await writeBlock("gateway", aboutMachine(rounds.length, load), [tableHead, ...tableRows(summaries)]);
  }
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
