import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FramesCase } from "./cases.ts";

/** Time and memory of one operation. */
export interface Measured {
  readonly ns: number;
  /** Peak memory of the process that measured it. */
  readonly peakBytes: number;
}

/** One case, measured by both sides at about the same time. */
export interface Pair {
  readonly name: string;
  readonly go: Measured;
  readonly ours: Measured;
}

const run = promisify(execFile);
const program = fileURLToPath(new URL("measure-case.ts", import.meta.url));

/** What one round found. */
export interface Round {
  readonly pairs: readonly Pair[];
  readonly failures: readonly string[];
}

/**
 * Measures each case once: Go's, then those of ours that are compared with it, each in a fresh process.
 *
 * @param folder with the files of `benchframes -write`
 */
export async function runRound(
  benchframes: string,
  folder: string,
  cases: readonly FramesCase[],
  runs: number,
): Promise<Round> {
  const pairs: Pair[] = [];
  for (const go of new Set(cases.map((each) => each.go))) {
    const theirs = await measureGo(benchframes, go, runs);
    for (const { name } of cases.filter((each) => each.go === go)) {
      pairs.push({ name, go: theirs, ours: await measureOurs(folder, name, runs) });
    }
  }
  // The first run that fails ends the benchmark.
  return { pairs, failures: [] };
}

async function measureGo(benchframes: string, name: string, runs: number): Promise<Measured> {
  const { stdout } = await run(benchframes, ["-only", `^${name}$`, "-runs", String(runs)]);
  const [timed, peak] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly ns?: number; readonly bytes?: number });
  if (timed?.ns === undefined || peak?.bytes === undefined) {
    throw new Error(`expected the time and the peak memory of "${name}" from ${benchframes}, got ${stdout}`);
  }
  return { ns: timed.ns, peakBytes: peak.bytes };
}

async function measureOurs(folder: string, name: string, runs: number): Promise<Measured> {
  const args = [...process.execArgv, program, folder, name, String(runs)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}
