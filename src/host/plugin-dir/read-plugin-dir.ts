import { existsSync } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errorCode, messageOf, PluginError } from "../../errors.ts";
import type { ExecutablePlatform } from "../process/executable/plugin-executable.ts";
import { parsePluginJson } from "./parse-plugin-json.ts";
import { pluginExecutableOf } from "./plugin-executable-of.ts";
import type { PluginManifest } from "./plugin-manifest.ts";

/** A plugin on disk, ready for `launchPlugin` and `supervisePlugin`. */
export interface PluginDir {
  /** The absolute path of the folder with `plugin.json`: `dist` of the given folder, if there is one in it. */
  readonly directory: string;
  readonly manifest: PluginManifest;
  /** The absolute path of the executable; `undefined` for a plugin without backend. */
  readonly command: string | undefined;
  /** Plugins in folders below, such as the data source of an app. */
  readonly nested: readonly PluginDir[];
  /** What is odd and harms no host of this package, one text each; of nested plugins that cannot be read, too. */
  readonly warnings: readonly string[];
}

export interface ReadPluginDirOptions {
  /** The version of Grafana that `grafanaDependency` is compared with. A mismatch is a warning. Default: none. */
  readonly grafanaVersion?: string | undefined;
  /** `false` does not look for the executables; `command` is `undefined`. Default `true`. */
  readonly findExecutable?: boolean | undefined;
  /** The system and processor whose executable is looked for. Default those of this process. */
  readonly target?: ExecutablePlatform | undefined;
}

/** Longest `plugin.json` that is read. Real ones have some kB. */
const maxBytes = 1 << 20;

/**
 * Reads the folder of a plugin: checks `plugin.json` (`docs/plugin.schema.json` says what is accepted), finds the
 * executable as Grafana does (`<executable>_<os>_<processor>`, `plugin_start` of a renderer), and reads the plugins
 * nested in it.
 *
 * @throws PluginError `plugin_json_not_found`; `plugin_json_invalid`, with every fault of the file; and for the
 *   executable `executable_not_found`, `executable_not_permitted`, `executable_wrong_platform`. A fault of a nested
 *   plugin is a warning of the plugin around it.
 */
export async function readPluginDir(
  directory: string,
  { grafanaVersion, findExecutable = true, target = process }: ReadPluginDirOptions = {},
): Promise<PluginDir> {
  // A link may lead back to a folder around it.
  const seen = new Set<string>();
  const read = async (given: string): Promise<PluginDir> => {
    const folder = mountedFolder(given);
    const file = join(folder, "plugin.json");
    const parsed = parsePluginJson(await readText(file), grafanaVersion);
    if (parsed.errors !== undefined) {
      throw new PluginError("plugin_json_invalid", `"${file}" cannot be used: ${parsed.errors.join("; ")}`);
    }
    const { manifest, warnings } = parsed;
    const command =
      findExecutable && manifest.backend && manifest.executable !== undefined
        ? await pluginExecutableOf(folder, manifest.executable, target)
        : undefined;
    seen.add(await realpath(folder));
    const { nested, faults } = await readNested(folder, manifest, read, seen);
    return { directory: folder, manifest, command, nested, warnings: [...warnings, ...faults] };
  };
  return read(resolve(directory));
}

/** Grafana mounts `dist` of a folder that has it. */
function mountedFolder(folder: string): string {
  const dist = join(folder, "dist");
  return existsSync(join(dist, "plugin.json")) ? dist : folder;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new PluginError(
      "plugin_json_not_found",
      `no plugin at "${file}" (${errorCode(cause) ?? messageOf(cause)}): name the folder of a built plugin, which has plugin.json`,
      { cause },
    );
  });
  if (bytes.length > maxBytes) {
    throw new PluginError(
      "plugin_json_invalid",
      `"${file}" cannot be used: expected at most ${maxBytes} bytes, got ${bytes.length}`,
    );
  }
  // Keeps the byte order mark, for its warning.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

async function readNested(
  folder: string,
  { type }: PluginManifest,
  read: (folder: string) => Promise<PluginDir>,
  seen: ReadonlySet<string>,
): Promise<{ readonly nested: readonly PluginDir[]; readonly faults: readonly string[] }> {
  const nested: PluginDir[] = [];
  const faults: string[] = [];
  for (const inner of await foldersWithin(folder, type === "app" ? 3 : 1)) {
    try {
      if (seen.has(await realpath(mountedFolder(inner)))) continue;
      nested.push(await read(inner));
    } catch (error) {
      faults.push(`nested plugin: ${messageOf(error)}`);
    }
  }
  return { nested, faults };
}

/** Folders below with a plugin.json, but not those below such a folder. */
async function foldersWithin(folder: string, levels: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const named = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !ignored.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
  const folders: string[] = [];
  for (const each of named) {
    if ((await stat(each).catch(() => undefined))?.isDirectory()) folders.push(each);
  }
  const found = await Promise.all(
    folders.map(async (inner) =>
      existsSync(join(mountedFolder(inner), "plugin.json"))
        ? [inner]
        : levels > 1
          ? foldersWithin(inner, levels - 1)
          : [],
    ),
  );
  return found.flat();
}

/** Folders without plugins; some have very many files. */
export const ignored: RegExp = /^(\..*|node_modules|img|locales|partials|dashboards)$/;
