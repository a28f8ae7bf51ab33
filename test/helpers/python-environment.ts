import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const build = join(import.meta.dirname, "..", "..", ".build");
const isPython310 = "import sys, venv; sys.exit(sys.version_info < (3, 10))";

/** What a run says that has no Python. */
export const withoutPython = "needs Python 3.10 or newer with venv, and there is none";

/**
 * Installs the packages of a requirements file into an environment of their own below .build, unless they are there.
 *
 * @returns the Python that has them; `undefined` without a Python, which is an error when `REQUIRE_PYTHON` is set
 */
export async function pythonEnvironment(name: string, requirements: string): Promise<string | undefined> {
  const python = await findPython();
  if (python === undefined) {
    if (process.env["REQUIRE_PYTHON"]) {
      throw new Error("REQUIRE_PYTHON is set, and there is no Python 3.10 or newer with venv on PATH");
    }
    return undefined;
  }
  const folder = join(build, name);
  const program = join(folder, process.platform === "win32" ? "Scripts" : "bin", "python");
  const installed = join(folder, "installed.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return program;
  rmSync(folder, { recursive: true, force: true });
  await run(python, ["-m", "venv", folder]);
  await run(program, ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
  writeFileSync(installed, wanted);
  return program;
}

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    const isThere = await run(name, ["-c", isPython310]).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  return undefined;
}
