import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json: tools come from here, also for the protos of another folder. */
export const packageRoot: string = fileURLToPath(new URL("../../", import.meta.url));

const bin = join(packageRoot, "node_modules", ".bin");

/** The output of a tool, whether or not it succeeded. */
interface ToolResult {
  readonly ok: boolean;
  /** stdout and stderr, trimmed, in this order. */
  readonly output: string;
}

/**
 * Runs a tool of node_modules/.bin to its end and returns its output.
 *
 * node_modules/.bin comes first on PATH, so that buf finds its plugins and they run on the pinned Node.
 */
export async function tryTool(name: string, args: readonly string[], cwd: string): Promise<ToolResult> {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
  const child = spawn(join(bin, name), args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });

  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));

  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`cannot start ${name}: run npm ci first`, { cause })));
    child.once("close", resolve);
  });

  const output = Buffer.concat([...stdout, ...stderr])
    .toString()
    .trim();
  return { ok: code === 0, output };
}

/** Runs a tool that is expected to succeed, and returns its output. */
export async function runTool(name: string, args: readonly string[], cwd: string): Promise<string> {
  const { ok, output } = await tryTool(name, args, cwd);
  if (!ok) throw new Error(`${name} ${args.join(" ")} did not succeed:\n${output}`);
  return output;
}
