import { spawn } from "node:child_process";

interface CommandResult {
  readonly ok: boolean;
  /** stdout and stderr as they came, trimmed. */
  readonly output: string;
}

/** Runs a program to its end, with an empty stdin, and returns its output. */
export async function runCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // npm is a script of the shell on Windows.
    shell: process.platform === "win32" && command === "npm",
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.once("error", (error) =>
      resolve({ ok: false, output: `cannot start ${command}: ${error.message}` }),
    );
    child.once("close", (code) =>
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString().trim() }),
    );
  });
}
