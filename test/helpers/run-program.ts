import { type ChildProcess, spawn } from "node:child_process";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { atEnd } from "./at-end.ts";
import { until } from "./until.ts";

/** A program that a test started, with its output so far. */
export interface Program {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first line of stdout; rejects when the program ends without one. */
  readonly firstLine: () => Promise<string>;
  /** Resolves when stderr matches. */
  readonly untilStderr: (pattern: RegExp) => Promise<void>;
  /** Resolves when the program has ended and all its output was read. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts a program in a process group of its own, and kills that group when the test ends. */
export function runProgram(
  t: TestContext,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  stdin: "ignore" | "pipe" = "ignore",
): Program {
  const child = spawn(command, args, {
    env: { ...process.env, ...compileCache, ...env },
    stdio: [stdin, "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${command}`);
  atEnd(t, () => killGroup(pid));
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  let isEnded = false;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => {
      isEnded = true;
      resolve({ code, signal });
    });
  });
  const failWhenEnded = (): void => {
    if (isEnded) throw new Error(`${command} ${args.join(" ")} ended: ${JSON.stringify(output)}`);
  };
  return {
    pid,
    child,
    ended,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    firstLine: () =>
      until("a line on stdout", () => {
        const end = output.stdout.indexOf("\n");
        if (end === -1) failWhenEnded();
        return end === -1 ? undefined : output.stdout.slice(0, end);
      }),
    untilStderr: async (pattern) => {
      await until(`stderr matches ${pattern}`, () => {
        if (pattern.test(output.stderr)) return true;
        failWhenEnded();
        return false;
      });
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended, which is how it should be.
  }
}

/**
 * Lets the programs that tests start over and over keep their compiled form, which halves their start. It is
 * Node's own cache, checked against the source, in the folder for caches of tools.
 */
export const compileCache: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/node-compile", import.meta.url)),
};

/** Arguments for Node that run one of our programs by its source. */
export function sourceProgram(url: URL, ...args: string[]): string[] {
  return ["--conditions=grafana-plugin-protocol-source", url.pathname, ...args];
}
