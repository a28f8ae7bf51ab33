import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../proto/run-tool.ts";
import { withBuildFolder } from "../proto/with-build-folder.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Command, Language } from "./language.ts";
import { runBuf } from "./run-buf.ts";
import { runChecked } from "./run-checked.ts";
import { withLock } from "./with-lock.ts";

const folder = join(packageRoot, "packages", "python");
const generated = join(packageRoot, "gen", "python");
const requirements = join(folder, "requirements.txt");
const isNewEnough = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/** Python: the tools are packages of requirements.txt, in an environment of their own. */
export const python: Language = {
  name: "python",
  title: "Python",
  manifests: [{ file: "pyproject.toml", version: /(?<=^version = ")[^"]+/m }],
  isGenerationCommitted: true,
  findToolchain: async () =>
    (await findPython()) === undefined ? "no Python 3.11 or newer with venv on PATH" : undefined,
  install: async () => {
    await pythonWithTools();
  },
  generate: async (root, outDir) => {
    const program = await pythonWithTools();
    await runBuf("python", root, outDir, [join(program, "..")]);
  },
  buildExample: () => launcher("example", join(packageRoot, "examples", "python", "main.py")),
  buildVectors: () =>
    launcher("vectors", join(packageRoot, "test", "vectors", "adapters", "python", "main.py")),
  checkPackage,
};

/** The environment of the tools, filled once for each content of requirements.txt. */
export async function pythonWithTools(): Promise<string> {
  const wanted = readFileSync(requirements, "utf8");
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 12);
  const environment = join(cacheFolder("python"), `tools-${name}`);
  const program = programOf(environment);
  const mark = join(environment, "installed.txt");
  if (existsSync(mark)) return program;
  await withLock(`${environment}.lock`, async () => {
    if (existsSync(mark)) return;
    await rm(environment, { recursive: true, force: true });
    await makeEnvironment(environment);
    const options = ["--quiet", "--no-deps", "--requirement", requirements];
    await runChecked(program, ["-m", "pip", "install", ...options], packageRoot);
    await writeFile(mark, wanted);
  });
  return program;
}

/** Environment variables with which Python finds the package in the checkout: written by hand, and generated. */
export function packageFromSource(): Record<string, string> {
  return { PYTHONPATH: join(packageRoot, ".build", "python", "source"), PYTHONDONTWRITEBYTECODE: "1" };
}

/**
 * Joins what is written by hand and what is generated, as the wheel does: .build/python/source has links to both. They are
 * replaced under no program that runs.
 */
export async function joinSource(): Promise<void> {
  const { PYTHONPATH: target = "" } = packageFromSource();
  const joined = join(target, "grafana_plugin_protocol");
  await mkdir(joined, { recursive: true });
  const wanted = new Map<string, string>();
  for (const source of [join(folder, "src"), generated]) {
    const part = join(source, "grafana_plugin_protocol");
    for (const name of readdirSync(part)) if (name !== "__pycache__") wanted.set(name, join(part, name));
  }
  for (const name of readdirSync(joined))
    if (!wanted.has(name)) await rm(join(joined, name), { force: true });
  for (const [name, path] of wanted) {
    // Another process may make the same link.
    await symlink(path, join(joined, name)).catch(() => {});
  }
}

/** Writes a script that runs a program with the tools and the package, as hosts start executables without arguments. */
async function launcher(name: string, program: string): Promise<Command> {
  const interpreter = await pythonWithTools();
  await joinSource();
  const lines = [
    "#!/bin/sh",
    ...Object.entries(packageFromSource()).map(([key, value]) => `export ${key}='${value}'`),
    `exec '${interpreter}' '${program}' "$@"`,
  ];
  const bin = join(packageRoot, ".build", "python", "bin");
  await mkdir(bin, { recursive: true });
  // Renamed into its place: a plugin may be just started by it.
  const fresh = join(bin, `${name}.${process.pid}`);
  await writeFile(fresh, `${lines.join("\n")}\n`, { mode: 0o755 });
  await rename(fresh, join(bin, name));
  return { command: join(bin, name), args: [] };
}

/**
 * Builds the source distribution, and the wheel from it; type-checks; installs the wheel in an empty environment, and runs
 * there the plugin of the README by the host of the README.
 */
async function checkPackage(): Promise<string> {
  const tools = await pythonWithTools();
  await joinSource();
  const { PYTHONPATH: source = "" } = packageFromSource();
  const examples = join(packageRoot, "examples", "python");
  const env = { ...process.env, MYPYPATH: `${source}${delimiter}${examples}` };
  const programs = ["main.py", "readme/plugin.py", "readme/host.py", "readme/frames.py"];
  for (const checked of [
    ["-p", "grafana_plugin_protocol"],
    ...programs.map((file) => [join(examples, file)]),
  ]) {
    await runChecked(tools, ["-m", "mypy", "--strict", ...checked], folder, env);
  }
  return await withBuildFolder(packageRoot, "python-package-", async (build) => {
    await runChecked(tools, ["-m", "hatchling", "build", "-t", "sdist", "-d", build], folder);
    const [archive = ""] = readdirSync(build).filter((file) => file.endsWith(".tar.gz"));
    await runChecked("tar", ["xzf", archive], build);
    const unpacked = join(build, archive.replace(".tar.gz", ""));
    await runChecked(tools, ["-m", "hatchling", "build", "-t", "wheel", "-d", build], unpacked);
    const [wheel = ""] = readdirSync(build).filter((file) => file.endsWith(".whl"));
    const names = await runChecked(tools, ["-m", "zipfile", "-l", wheel], build);
    const foreign = names
      .split("\n")
      .filter((line) => /^\w.*\d$/.test(line) && !line.startsWith("grafana_plugin_protocol"));
    if (foreign.length > 0)
      throw new Error(`expected no other top-level name in ${wheel}, got ${foreign.join(", ")}`);

    const environment = join(build, "empty");
    await makeEnvironment(environment);
    const program = programOf(environment);
    await runChecked(program, ["-m", "pip", "install", "--quiet", `${wheel}[frames,tls]`], build);
    for (const name of ["plugin.py", "host.py"])
      await cp(join(packageRoot, "examples", "python", "readme", name), join(build, name));
    const seen = await runChecked(program, ["host.py"], build, { PATH: process.env["PATH"] });
    if (!seen.includes("it works"))
      throw new Error(`expected the host of the README to print "it works", got:\n${seen}`);
    return `${wheel} runs in an empty environment`;
  });
}

async function makeEnvironment(environment: string): Promise<void> {
  const program = await findPython();
  if (program === undefined) throw new Error("expected Python 3.11 or newer with venv on PATH");
  await mkdir(join(environment, ".."), { recursive: true });
  await runChecked(program, ["-m", "venv", environment], packageRoot);
}

function programOf(environment: string): string {
  return process.platform === "win32"
    ? join(environment, "Scripts", "python.exe")
    : join(environment, "bin", "python");
}

async function findPython(): Promise<string | undefined> {
  for (const name of [process.env["PYTHON"] ?? "python3", "python"]) {
    const isThere = await promisify(execFile)(name, ["-c", isNewEnough]).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  return undefined;
}
