import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How one case ended. */
export interface CaseResult {
  readonly index: number;
  readonly outcome: "end" | "error" | "hang" | "crash" | "memory";
  /** The code, the error, the signal. */
  readonly detail: string;
}

export interface ChildOptions {
  /** The child: by default that of the frames. */
  readonly program?: string | undefined;
  readonly args: readonly string[];
  /** Options of Node for the child. */
  readonly nodeArgs?: readonly string[] | undefined;
  readonly from: number;
  readonly to: number;
  /** How long a case may take. */
  readonly hangMs: number;
  readonly onPeak: (bytes: number) => void;
}

const framesProgram = join(import.meta.dirname, "run-cases.ts");
/** Loading takes well below a second; a machine with other work may be slower. */
const startMs = 60_000;

/**
 * The results of the cases from `from` to `to` in one child process; ends early with the case that the child did not
 * survive.
 */
export async function* watchChild({
  program = framesProgram,
  args,
  nodeArgs = [],
  from,
  to,
  hangMs,
  onPeak,
}: ChildOptions): AsyncGenerator<CaseResult> {
  const child = spawn(
    process.execPath,
    [...nodeArgs, program, ...args, "--from", String(from), "--to", String(to)],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const closed = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  let isHanging = false;
  const kill = (): void => {
    isHanging = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(kill, startMs);
  let next = from;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      clearTimeout(timer);
      timer = setTimeout(kill, hangMs);
      const [outcome, detail, index, peak] = JSON.parse(line) as [
        CaseResult["outcome"] | "ready",
        string,
        number,
        number,
      ];
      if (outcome === "ready") continue;
      onPeak(peak);
      next = index + 1;
      yield { index, outcome, detail };
      if (outcome === "memory") return;
    }
    const end = await closed;
    if (next < to)
      yield { index: next, outcome: isHanging ? "hang" : "crash", detail: `${end} ${stderr}`.trim() };
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    await closed;
  }
}
