import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Gives `use` a new empty folder below `root`/.build and removes it afterwards, also after an error.
 *
 * It lies inside the package so that node_modules resolves from it, and on the same disk so that a
 * result can be moved to its place in one step.
 */
export async function withBuildFolder<T>(
  root: string,
  prefix: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const build = join(root, ".build");
  await mkdir(build, { recursive: true });
  const folder = await mkdtemp(join(build, prefix));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
