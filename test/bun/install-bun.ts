import { execFile } from "node:child_process";
import { cp, glob, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const pins = import.meta.dirname;
const folder = join(pins, "..", "..", ".build", "bun");

interface Manifest {
  readonly dependencies: { readonly bun: string };
}

/**
 * Installs the Bun that package.json of this folder pins, where that is not done yet, and gives the path of its
 * executable. The npm package for this platform holds it ready to run, so no install script runs.
 */
export async function installBun(): Promise<string> {
  const manifest: Manifest = JSON.parse(await readFile(join(pins, "package.json"), "utf8"));
  const wanted = manifest.dependencies.bun;
  if ((await findBun())?.version !== wanted) await install();
  const found = await findBun();
  if (found?.version === wanted) return found.path;
  const seen = found === undefined ? "none" : `Bun ${found.version}`;
  throw new Error(`expected Bun ${wanted} in ${folder}, found ${seen}: remove that folder and try again`);
}

async function install(): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) await cp(join(pins, name), join(folder, name));
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm is a script of the shell on Windows.
  await run("npm", ["ci", ...flags], { cwd: folder, shell: process.platform === "win32" });
}

/** The executable that is installed, if one is there and runs. */
async function findBun(): Promise<{ readonly path: string; readonly version: string } | undefined> {
  for await (const name of glob("node_modules/@oven/bun-*/bin/bun{,.exe}", { cwd: folder })) {
    const path = join(folder, name);
    const version = await run(path, ["--version"]).catch(() => undefined);
    if (version !== undefined) return { path, version: version.stdout.trim() };
  }
  return undefined;
}
