import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
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

async function search(folder: string, levels: number): Promise<readonly string[]> {
  if (existsSync(join(folder, "plugin.json")) || existsSync(join(folder, "dist", "plugin.json")))
    return [folder];
  if (levels === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const inner = entries
    // A link to a plugin's folder is usual in development.
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !ignored.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
  const found = await Promise.all(inner.map((each) => search(each, levels - 1).catch(() => [])));
  return found.flat();
}
