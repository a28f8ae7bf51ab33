import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** The figures of one run, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Time limit of one load, in ms, for calls that hang. */
const limitMs = 60_000;

/**
 * Runs one command that prints its figures, in its own process group, and ends the group afterwards.
 *
 * @throws Error with the command, its exit and the end of its output.
 */
export async function runLoad(command: readonly string[]): Promise<Figures> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const kill = (): void => killGroup(child.pid);
  const timer = setTimeout(kill, limitMs);
  process.once("exit", kill);
  try {
    const closed = new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    const [stdout, stderr, ended] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    if (ended !== "exit code 0" || !stdout.startsWith("{")) {
      throw new Error(
        `expected figures from "${command.join(" ")}", got ${ended}: ${stderr.trim().slice(-1000)}`,
      );
    }
    return JSON.parse(stdout) as Figures;
  } finally {
    clearTimeout(timer);
    process.removeListener("exit", kill);
    kill();
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has already ended.
  }
}
