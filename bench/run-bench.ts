import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentLoad } from "./about-machine.ts";
import { findGoProgram } from "./find-go-program.ts";
import { printResults } from "./print-results.ts";
import type { BenchLine } from "./report.ts";
import type { AnyRound } from "./run-in-rounds.ts";

/** A benchmark whose cases are compared with a program in Go. */
interface Bench<Case extends NamedCase, Options extends CommonOptions, Round extends AnyRound, Summary> {
  /** Name of the folder: `rpc`. */
  readonly name: string;
  readonly usage: string;
  /** @throws Error that says which option is wrong. */
  readonly readOptions: (args: readonly string[]) => Options;
  readonly cases: readonly Case[];
  readonly go: {
    /** A folder of test/go/cmd. */
    readonly program: string;
    /** What the program runs, in words. */
    readonly of: string;
  };
  /** Builds programs and writes their input; resolves with the function that measures. */
  readonly prepare: (options: Options, cases: readonly Case[], places: Places) => Promise<Measure<Round>>;
  /** `undefined` for a case whose numbers no round has. */
  readonly summarise: (each: Case, rounds: readonly Round[], options: Options) => Summary | undefined;
  /** What `--json` prints of a case; `undefined` for nothing. */
  readonly toLine: (summary: Summary) => BenchLine | undefined;
  readonly tableHead: readonly string[];
  readonly tableRows: (summaries: readonly Summary[]) => readonly (readonly string[])[];
}

/** Makes the rounds. The machine's load is read before it. */
export type Measure<Round> = () => Promise<readonly Round[]>;

interface NamedCase {
  readonly name: string;
}

interface CommonOptions {
  /** Selects cases by their names. */
  readonly only: RegExp;
  readonly json: boolean;
  readonly write: boolean;
}

/** The tools of a run. */
export interface Places {
  /** The path of the program in Go. */
  readonly goProgram: string;
  /** An empty folder, which is removed after the run. */
  readonly folder: string;
}

/**
 * Runs the benchmark with the arguments of this process, prints its results, and sets the exit code: 2 when the arguments
 * are wrong, 1 without Go and when a run has failed. A missed target is marked, and is not a failure.
 */
export async function runBench<
  Case extends NamedCase,
  Options extends CommonOptions,
  Round extends AnyRound,
  Summary,
>(bench: Bench<Case, Options, Round, Summary>): Promise<void> {
  // An `exit` ends processes that still run.
  process.once("SIGINT", () => process.exit(130));
  process.exitCode = await exitCodeOf(bench, process.argv.slice(2));
}

async function exitCodeOf<
  Case extends NamedCase,
  Options extends CommonOptions,
  Round extends AnyRound,
  Summary,
>(bench: Bench<Case, Options, Round, Summary>, args: readonly string[]): Promise<number> {
  const { name, usage, readOptions, cases, go, prepare, summarise, toLine, tableHead, tableRows } = bench;
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const wanted = cases.filter((each) => options.only.test(each.name));
  if (wanted.length === 0) {
    console.error(`no case matches ${options.only}: ${cases.map((each) => each.name).join("; ")}`);
    return 2;
  }
  const goProgram = await findGoProgram(go.program);
  if (goProgram === undefined) {
    console.error(`the benchmark compares with ${go.of} and needs a Go toolchain on PATH: see go.dev/dl`);
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), `bench-${name}-`));
  try {
    const measure = await prepare(options, wanted, { goProgram, folder });
    const load = currentLoad();
    const rounds = await measure();
    const summaries = wanted.flatMap((each) => summarise(each, rounds, options) ?? []);
    await printResults(name, options, {
      lines: summaries.flatMap((summary) => toLine(summary) ?? []),
      head: tableHead,
      rows: tableRows(summaries),
      rounds: rounds.length,
      load,
    });
    // A failed run leaves its lines to the other rounds.
    return rounds.some(({ failures }) => failures.length > 0) ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
