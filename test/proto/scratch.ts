import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../scripts/proto/run-tool.ts";

/** A copy of the contract that a test may break. */
export interface Scratch extends AsyncDisposable {
  readonly root: string;
  /** Replaces the first `from` in a file; it is an error when there is none. */
  edit(file: string, from: string, to: string): Promise<void>;
}

/**
 * Copies proto/, buf.yaml, buf.gen.yaml and `extra` to a new folder below .build, where node_modules still
 * resolves. The folder goes when the scratch is disposed of.
 */
export async function createScratch(extra: readonly string[] = []): Promise<Scratch> {
  await mkdir(join(packageRoot, ".build"), { recursive: true });
  const root = await mkdtemp(join(packageRoot, ".build", "scratch-"));
  for (const name of ["proto", "buf.yaml", "buf.gen.yaml", ...extra]) {
    await cp(join(packageRoot, name), join(root, name), { recursive: true });
  }

  return {
    root,
    edit: (file, from, to) => editFile(join(root, file), from, to),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function editFile(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, "utf8");
  if (!text.includes(from)) throw new Error(`no "${from}" in ${file}`);
  await writeFile(
    file,
    text.replace(from, () => to),
  );
}

/** What a script said and how it ended. */
export interface ScriptResult {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a script of scripts/proto on a scratch, as npm would. */
export async function runScript(name: string, scratch: Scratch): Promise<ScriptResult> {
  const script = join(packageRoot, "scripts", "proto", name);
  const child = spawn(process.execPath, [script, scratch.root], { stdio: ["ignore", "ignore", "pipe"] });
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, stderr: Buffer.concat(chunks).toString() };
}
