import { existsSync } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf, PluginError } from "../../errors.ts";
import { ignored } from "./read-plugin-dir.ts";

/** How deep below the given folder plugins are looked for. */
const maxLevels = 4;

/**
 * Finds the folders of plugins in a folder, such as Grafana's `plugins`, or that folder itself if it is one; for
 * `readPluginDir`, which finds the plugins nested in them. Sorted by path.
 *
 * @throws PluginError `plugin_json_not_found` when the folder cannot be read, or has no plugin.
 */
export async function findPluginDirs(directory: string): Promise<readonly string[]> {
  const folder = resolve(directory);
  const found = await search(folder, maxLevels).catch((cause: unknown) => {
    throw notFound(folder, `cannot be read (${messageOf(cause)})`, cause);
  });
  if (found.length === 0) throw notFound(folder, `has no plugin.json within ${maxLevels} levels`);
  return found;
}

function notFound(folder: string, why: string, cause?: unknown): PluginError {
  return new PluginError(
    "plugin_json_not_found",
    `"${folder}" ${why}: name a folder of built plugins, or one plugin's folder`,
    { cause },
  );
}

/** Reads each folder once, whatever number of links leads to it, by its own path if that lies in the given folder. */
async function search(root: string, maxLevels: number): Promise<readonly string[]> {
  const seen = new Set<string>();
  const links: { readonly path: string; readonly levels: number }[] = [];
  const walk = async (folder: string, levels: number): Promise<readonly string[]> => {
    const real = await realpath(folder);
    if (seen.has(real)) return [];
    seen.add(real);
    if (existsSync(join(folder, "plugin.json")) || existsSync(join(folder, "dist", "plugin.json")))
      return [folder];
    if (levels === 0) return [];
    const entries = (await readdir(folder, { withFileTypes: true })).filter(
      ({ name }) => !ignored.test(name),
    );
    for (const entry of entries) {
      // A link to a plugin's folder is usual in development.
      if (entry.isSymbolicLink()) links.push({ path: join(folder, entry.name), levels: levels - 1 });
    }
    const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
    return (await Promise.all(inner.map((each) => walk(each, levels - 1).catch(() => [])))).flat();
  };
  const found = [...(await walk(root, maxLevels))];
  for (let link = links.sort(byPath).shift(); link !== undefined; link = links.sort(byPath).shift()) {
    found.push(...(await walk(link.path, link.levels).catch(() => [])));
  }
  return found.sort();
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
