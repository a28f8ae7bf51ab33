import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findGoProgram } from "./find-go-program.ts";

/** A benchmark whose cases are compared with a program in Go. */
interface Bench<Case extends NamedCase, Options extends CommonOptions> {
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
  /** Measures and prints; resolves with the exit code. */
  readonly run: (options: Options, cases: readonly Case[], places: Places) => Promise<number>;
}

interface NamedCase {
  readonly name: string;
}

interface CommonOptions {
  /** Selects cases by their names. */
  readonly only: RegExp;
}

/** The tools of a run. */
export interface Places {
  /** The path of the program in Go. */
  readonly goProgram: string;
  /** An empty folder, which is removed after the run. */
  readonly folder: string;
}

/** Runs the benchmark with the arguments of this process, and sets the exit code: 2 when they are wrong, 1 without Go. */
export async function runBench<Case extends NamedCase, Options extends CommonOptions>(
  bench: Bench<Case, Options>,
): Promise<void> {
  process.exitCode = await exitCodeOf(bench, process.argv.slice(2));
}

async function exitCodeOf<Case extends NamedCase, Options extends CommonOptions>(
  { name, usage, readOptions, cases, go, run }: Bench<Case, Options>,
  args: readonly string[],
): Promise<number> {
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
    return await run(options, wanted, { goProgram, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
