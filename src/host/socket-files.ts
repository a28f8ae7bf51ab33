import { lstat, mkdtemp, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a plugin may leave in the file system. */
export interface SocketFiles {
  /** Made for this plugin alone, mode 0700; absent on Windows and when the environment names another one. */
  readonly directory: string | undefined;
  /** Remembers the socket of a plugin that did not put it into the directory. */
  readonly add: (path: string) => void;
  /** Removes the directory and the socket. Never rejects. */
  readonly remove: () => Promise<void>;
}

/**
 * Prepares a directory for the plugin's socket, out of reach of other users. A plugin that does
 * not know the variable (go-plugin before 1.6) makes its socket in the temporary directory.
 *
 * @param given the directory that the environment already names, which is then used as it is
 */
export async function prepareSocketFiles(given: string | undefined): Promise<SocketFiles> {
  const hasSockets = process.platform !== "win32";
  const directory = hasSockets && given === undefined ? await mkdtemp(join(tmpdir(), "plugin-")) : undefined;
  let socket: string | undefined;
  return {
    directory,
    add: (path) => {
      socket = path;
    },
    remove: async () => {
      if (socket !== undefined) await removeSocket(socket);
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The path came from the plugin, so nothing but a socket is removed. */
async function removeSocket(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isSocket()) await unlink(path);
  } catch {
    // The plugin has removed it itself.
  }
}
