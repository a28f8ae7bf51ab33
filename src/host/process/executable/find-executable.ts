import { access, constants, open, stat } from "node:fs/promises";
import { delimiter, join, resolve, sep } from "node:path";
import { PluginError } from "../../../errors.ts";
import { describeForeignFormat } from "./executable-format.ts";
import { noexecMount } from "./noexec-mount.ts";
import type { ExecutablePlatform } from "./plugin-executable.ts";

/**
 * Finds the executable and checks it before the start, so that the error can say what is wrong with it: in some of
 * these cases the system would let a shell try to run the file.
 *
 * @param command a path, or a name without a separator, which is looked up in `PATH`; on Windows `.exe` may be left out
 * @returns the absolute path
 * @throws PluginError `executable_not_found`, `executable_not_permitted` (a directory, or no
 *   permission to execute), `executable_wrong_platform` (not for this system and processor).
 */
export async function findExecutable(
  command: string,
  cwd: string = process.cwd(),
  { platform, arch }: ExecutablePlatform = process,
): Promise<string> {
  const path =
    command.includes("/") || command.includes(sep)
      ? await withExtension(resolve(cwd, command), platform)
      : await findInPath(command, platform);
  const info = await stat(path).catch((cause: Error) => {
    throw new PluginError(
      "executable_not_found",
      `no executable at "${path}": build the plugin, or check the path and the suffix _<os>_<arch> of its name`,
      { cause },
    );
  });
  if (!info.isFile()) {
    throw new PluginError("executable_not_permitted", `"${path}" is not a file: name the executable itself`);
  }
  await access(path, constants.X_OK).catch(async (cause: Error) => {
    throw new PluginError("executable_not_permitted", `"${path}" ${await whyNotPermitted(path, info.mode)}`, {
      cause,
    });
  });
  const foreign = describeForeignFormat(await readHead(path), platform, arch, info.size);
  if (foreign !== undefined) {
    throw new PluginError(
      "executable_wrong_platform",
      `"${path}" is ${foreign}, expected one that runs on ${platform} ${arch}: ` +
        (/#!/.test(foreign)
          ? `begin the file with #! and its interpreter, such as #!/bin/sh${orByNode(path)}`
          : / cut off/.test(foreign)
            ? "copy or download it again"
            : "take the build of the plugin for this system"),
    );
  }
  return path;
}

async function whyNotPermitted(path: string, mode: number): Promise<string> {
  const mount = await noexecMount(path);
  if (mount !== undefined) {
    return `lies on a file system that is mounted noexec, at "${mount}": put the plugin elsewhere, or mount it with exec`;
  }
  const isForOthers = (mode & 0o111) !== 0;
  return isForOthers
    ? "is not executable for the user of this process: change its owner, or run chmod a+x on it"
    : `is not executable: run chmod +x on it${orByNode(path)}`;
}

/** Advice for programs of Node, which are often not executable themselves. */
function orByNode(path: string): string {
  return /\.[cm]?[jt]s$/.test(path) ? ", or launch it by Node: command: process.execPath, args: [path]" : "";
}

/** On Windows the path with `.exe` if only that file exists, as in its shell. */
async function withExtension(path: string, platform: NodeJS.Platform): Promise<string> {
  if (platform !== "win32" || (await isExecutable(path))) return path;
  return (await isExecutable(`${path}.exe`)) ? `${path}.exe` : path;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findInPath(name: string, platform: NodeJS.Platform): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    const path = await withExtension(join(folder, name), platform);
    if (await isExecutable(path)) return path;
  }
  throw new PluginError(
    "executable_not_found",
    `no executable "${name}" in the ${folders.length} folders of PATH: give its path, such as "./${name}"`,
  );
}

/** Linkers put the program headers right behind the header: ten or so, of 56 bytes each. */
const headBytes = 4096;

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path).catch(() => undefined);
  // A file may be executable but not readable: then only the system can check it.
  if (file === undefined) return new TextEncoder().encode("#!");
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
