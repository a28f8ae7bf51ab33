import { lstatSync, type Stats } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { messageOf, PluginError } from "../../errors.ts";
import { groupId } from "../../go-plugin/group-id.ts";
import { maxUnixPathBytes } from "../../go-plugin/max-unix-path.ts";
import { checkDirectory } from "../../go-plugin/socket/check-directory.ts";
import {
  makeOwnDirectory,
  type OwnDirectory,
  removeOwnSocket,
} from "../../go-plugin/socket/own-directory.ts";
import { describeValue } from "../../option-checks.ts";
import { fileAt } from "../client/file-at.ts";
import { fitsHandshakeLine } from "../client/socket-options.ts";

/** The files that a plugin may leave behind. */
export interface SocketFiles {
  /** The directory that was made for this plugin only; absent on Windows and when the environment names another one. */
  readonly directory: string | undefined;
  /** Notes a socket outside the directory that was proved to be the plugin's. */
  readonly add: (path: string) => void;
  /** Removes the directory and the socket. Never rejects. */
  readonly remove: () => Promise<void>;
}

/** Where sockets are made and who may use them. */
interface SocketSettings {
  /** The directory that the plugin's environment already names. It is used as it is. */
  readonly given?: string | undefined;
  /** Parent of the plugin's own directory. Default the temporary directory. */
  readonly parent?: string | undefined;
  /** Name or number of the group whose members may connect. */
  readonly group?: string | undefined;
  /** Called with the directory's path right after it was made. */
  readonly onMade?: ((directory: string) => void) | undefined;
}

/** What plugins append to the directory: `/plugin` and up to 12 characters (go-plugin: 10 digits). */
const longestSocketName = 19;

/**
 * Prepares a directory for the plugin's socket that other users cannot enter: mode 0700, or 0710 with the group. A
 * plugin that ignores the variable (go-plugin before 1.5) makes its socket in the temporary directory.
 *
 * @throws PluginError `invalid_option` when the directory cannot be made, is too long for a socket in it, or cannot be
 *   given to the group; and when other users could replace the socket in the given directory.
 */
export async function prepareSocketFiles(
  { given, parent, group, onMade }: SocketSettings,
  platform: NodeJS.Platform = process.platform,
): Promise<SocketFiles> {
  const isOwn = platform !== "win32" && (given === undefined || parent !== undefined);
  // A relative TMPDIR is relative to this process, and the plugin may have another working directory.
  const inside = parent ?? (isOwn ? resolve(tmpdir()) : given);
  if (platform !== "win32" && inside !== undefined && !fitsHandshakeLine(inside)) {
    throw new PluginError(
      "invalid_option",
      `a socket in ${describeValue(inside)} has a path that a handshake line cannot carry, with "|" or control ` +
        "characters: set socketDirectory, TMPDIR or PLUGIN_UNIX_SOCKET_DIR to another directory",
    );
  }
  const directory = isOwn ? makeDirectory(parent, group, platform, onMade) : undefined;
  if (platform !== "win32" && !isOwn && given !== undefined) checkNamed(given, "PLUGIN_UNIX_SOCKET_DIR");
  let socket: { readonly path: string; readonly file: Stats | undefined } | undefined;
  return {
    directory,
    add: (path) => {
      socket = { path, file: fileAt(path) };
    },
    remove: async () => {
      if (socket?.file !== undefined) removeSocket(socket.path, socket.file);
      // Never rejects: other processes may have made files there that this one may not remove.
      if (directory !== undefined) await rm(directory, { recursive: true, force: true }).catch(() => {});
    },
  };
}

function makeDirectory(
  parent: string | undefined,
  group: string | undefined,
  platform: NodeJS.Platform,
  onMade: (directory: string) => void = () => {},
): string {
  const within = parent ?? resolve(tmpdir());
  const limit = maxUnixPathBytes(platform);
  // mkdtemp appends six characters.
  if (Buffer.byteLength(join(within, "plugin-")) + 6 + longestSocketName > limit) {
    throw new PluginError(
      "invalid_option",
      `a socket below "${within}" would have a path longer than the ${limit} bytes that a unix socket may have: ` +
        "set socketDirectory or TMPDIR to a shorter directory",
    );
  }
  if (parent !== undefined) checkNamed(parent, "socketDirectory");
  const id = group === undefined ? undefined : idOf(group);
  const directory = make(within);
  onMade(directory.path);
  try {
    if (id !== undefined) directory.admit(id);
    directory.settle();
    return directory.path;
  } catch (cause) {
    directory.remove();
    throw new PluginError(
      "invalid_option",
      `cannot give the directory of the socket to socketGroup ${JSON.stringify(group)}: ${messageOf(cause)}: ` +
        "make the user of the host a member of it",
      { cause },
    );
  }
}

function checkNamed(directory: string, name: string): void {
  try {
    checkDirectory(directory);
  } catch (cause) {
    throw new PluginError("invalid_option", `${name} cannot be used: ${messageOf(cause)}`, { cause });
  }
}

function make(parent: string): OwnDirectory {
  try {
    return makeOwnDirectory(parent, longestSocketName);
  } catch (cause) {
    throw new PluginError(
      "invalid_option",
      `cannot make a directory for the plugin's socket: ${messageOf(cause)}: check socketDirectory or TMPDIR`,
      { cause },
    );
  }
}

function idOf(group: string): number {
  const id = groupId(group);
  if (id !== undefined) return id;
  throw new PluginError(
    "invalid_option",
    `socketGroup is ${JSON.stringify(group)}, which /etc/group does not have: create the group, or give its number`,
  );
}

/** The path came from the plugin, so only the socket that was dialled is removed. */
function removeSocket(path: string, { dev, ino }: Stats): void {
  try {
    const file = lstatSync(path);
    if (file.isSocket() && file.dev === dev && file.ino === ino) removeOwnSocket(path);
  } catch {
    // The plugin has already removed it.
  }
}
