// gRPC between a host and a plugin side by side with Go's: ratios from one run on one machine.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildPrograms } from "./build-programs.ts";
import { type RpcCase, rpcCases } from "./cases.ts";
import { fullSize, type Programs, quickSize } from "./contenders.ts";
import { findBenchrpc } from "./find-benchrpc.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { writeRequests } from "./requests.ts";
import { type Round, runRound } from "./run-round.ts";
import { summarise, table, toLine } from "./summary.ts";

/** When no further round begins that would end later, in ms: on a busy machine there are fewer of them. */
const limitMs = 7.5 * 60_000;

const began = performance.now();
// An `exit` ends what still runs.
process.once("SIGINT", () => process.exit(130));
const status = await main(process.argv.slice(2));
process.exitCode = status;

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const cases = rpcCases.filter(({ name }) => options.only.test(name));
  if (cases.length === 0) {
    console.error(`no case matches ${options.only}: ${rpcCases.map(({ name }) => name).join("; ")}`);
    return 2;
  }
  const benchrpc = await findBenchrpc();
  if (benchrpc === undefined) {
    console.error("the benchmark compares with go-plugin and needs a Go toolchain on PATH: see go.dev/dl");
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), "bench-rpc-"));
  try {
    const requests = join(folder, "requests");
    const profile = options.profile && resolve(options.profile);
    if (profile !== undefined) await mkdir(profile, { recursive: true });
    const size = options.quick ? quickSize : fullSize;
    await Promise.all([buildPrograms(folder), writeRequests(requests, size.packets)]);
    const rounds = await runRounds(options, cases, { benchrpc, folder, requests, profile });
    return print(options, cases, rounds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runRounds(options: Options, cases: readonly RpcCase[], programs: Programs): Promise<Round[]> {
  const size = options.quick ? quickSize : fullSize;
  const rounds: Round[] = [];
  let longest = 0;
  for (let number = 0; number < options.rounds; number++) {
    const start = performance.now();
    if (number > 0 && start + longest > began + limitMs) {
      console.error(`stopped after ${number} of ${options.rounds} rounds: another one would take too long`);
      break;
    }
    if (!options.json) console.error(`round ${number + 1} of ${options.rounds}`);
    const round = await runRound(number, cases, size, programs);
    for (const failure of round.failures) console.error(failure);
    rounds.push(round);
    longest = Math.max(longest, performance.now() - start);
  }
  return rounds;
}

/** A table of everything, or in JSON what has a target. A run that failed leaves its lines to the other rounds; the exit code tells. */
function print(options: Options, cases: readonly RpcCase[], rounds: readonly Round[]): number {
  const summaries = cases.flatMap((each) => summarise(each, rounds) ?? []);
  const targeted = summaries.filter(({ target }) => target !== null);
  if (options.json) for (const summary of targeted) console.log(JSON.stringify(toLine(summary)));
  else console.log(table(summaries));
  return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
