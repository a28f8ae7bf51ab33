import { execFile } from "node:child_process";
import { join } from "node:path";

/** Whether tests that take a round of a benchmark are wanted. */
export const isWanted = Boolean(process.env["CI"] || process.env["TEST_BENCH"]);

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bench/<name>/main.ts` to its end. */
export function runBench(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  const program = join(import.meta.dirname, "..", "..", "bench", name, "main.ts");
  const command = ["--conditions=grafana-plugin-protocol-source", program, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Runs it without a Go toolchain. */
export function runBenchWithoutGo(name: string): Promise<Ended> {
  const { REQUIRE_GO: _, ...env } = process.env;
  return runBench(name, [], { ...env, PATH: "" });
}

/** What `--json` prints: the lines, each with whether its ratio is a number instead of it. */
export function linesOf({ stdout }: Ended): readonly object[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly ratio: unknown })
    .map(({ ratio, ...line }) => ({ ...line, isFinite: Number.isFinite(ratio) }));
}
