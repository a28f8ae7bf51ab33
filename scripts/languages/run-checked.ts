import { runCommand } from "../run-command.ts";

/** Runs a program that is expected to succeed, and returns its output. */
export async function runChecked(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { ok, output } = await runCommand(command, args, cwd, env);
  if (!ok) throw new Error(`${command} ${args.join(" ")} did not succeed:\n${output}`);
  return output;
}
