import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { errorCode, PluginError } from "../../errors.ts";
import { findExecutable } from "../process/executable/find-executable.ts";
import { type ExecutablePlatform, pluginExecutable } from "../process/executable/plugin-executable.ts";

/**
 * The path of a plugin's executable for a system. That of a nested plugin may lie in the plugin around it.
 *
 * @param directory of `plugin.json`, absolute
 * @param name `executable` of `plugin.json`
 * @throws PluginError `plugin_json_invalid` when it lies outside of the plugin; those of `launchPlugin` for an executable
 *   that cannot be run, naming the builds that are there.
 */
export async function pluginExecutableOf(
  directory: string,
  name: string,
  target: ExecutablePlatform,
): Promise<string> {
  const path = resolve(pluginExecutable(directory, name, target));
  const root = outermostPlugin(directory);
  if (relative(root, path).split(sep)[0] === "..") {
    throw new PluginError(
      "plugin_json_invalid",
      `executable: expected a file within the plugin's folder "${root}", got "${name}"`,
    );
  }
  try {
    return await findExecutable(path, directory, target);
  } catch (error) {
    if (!(error instanceof PluginError) || error.code !== "executable_not_found") throw error;
    const builds = await buildsBeside(path, name);
    throw new PluginError(
      error.code,
      `no executable at "${path}": ${
        builds.length === 0
          ? "build the plugin, or read the folder that its build has written"
          : `this system needs that one, and the plugin has only ${builds.join(", ")}`
      }`,
      { cause: error },
    );
  }
}

/** The folder of the plugin that this one is nested in, directly or not; the folder itself for one that is not nested. */
function outermostPlugin(directory: string): string {
  let outermost = directory;
  let folder = directory;
  // Grafana nests one level, and apps put a folder such as `datasources` between.
  for (let levels = 0; levels < 4 && dirname(folder) !== folder; levels++) {
    folder = dirname(folder);
    if (existsSync(join(folder, "plugin.json"))) outermost = folder;
  }
  return outermost;
}

async function buildsBeside(path: string, name: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  return names.filter((each) => each.startsWith(`${basename(name)}_`)).sort();
}
