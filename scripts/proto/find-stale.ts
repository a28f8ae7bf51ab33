import { glob, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Compares generated folders of `root`/gen with a fresh output: one line for each file that differs, in their order.
 *
 * @param fresh the folder with the fresh output
 */
export async function findStale(root: string, fresh: string, folders: readonly string[]): Promise<string[]> {
  const gen = join(root, "gen");
  const problems: string[] = [];
  for (const name of folders) {
    const expected = await listFiles(fresh, name);
    const present = await listFiles(gen, name);

    for (const file of expected) {
      if (!present.has(file)) problems.push(`gen/${file} is missing`);
      else if (!(await sameBytes(join(fresh, file), join(gen, file)))) {
        problems.push(`gen/${file} was edited, or its source changed after it`);
      }
    }
    for (const file of present) {
      if (!expected.has(file)) problems.push(`gen/${file} is stale: no proto gives it any more`);
    }
  }
  return problems.sort();
}

async function listFiles(base: string, folder: string): Promise<Set<string>> {
  const files = new Set<string>();
  for await (const file of glob(`${folder}/**/*`, { cwd: base })) {
    // Python leaves compiled files beside modules that it has run.
    if (file.includes("__pycache__")) continue;
    if ((await stat(join(base, file))).isFile()) files.add(file.replaceAll("\\", "/"));
  }
  return files;
}

async function sameBytes(a: string, b: string): Promise<boolean> {
  return (await readFile(a)).equals(await readFile(b));
}
