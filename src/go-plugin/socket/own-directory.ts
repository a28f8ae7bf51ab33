import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { maxUnixPathBytes } from "../max-unix-path.ts";

/** Prefix of the random part in the name of a socket's directory. */
const prefix = "plugin-";
/** Random characters that the system appends. */
const randomChars = 6;
/** Name of the only socket in such a directory. */
const socketName = "s";

/** Bytes of the directory's own name and the slash before it. */
const ownDirectoryBytes = `/${prefix}`.length + randomChars;
const socketNameBytes = `/${socketName}`.length;

/** Bytes that follow the parent directory in the path of such a socket. */
export const ownSocketBytes: number = ownDirectoryBytes + socketNameBytes;

/** Shell pattern for the end of such a path. */
export const ownSocketGlob: string = `${prefix}${"[0-9A-Za-z]".repeat(randomChars)}/${socketName}`;

/** A directory that this process made for a socket. At first other users cannot enter it. */
export interface OwnDirectory {
  readonly path: string;
  /** Path at which its only socket has to be bound. */
  readonly socket: string;
  /** Sets the permissions of the bound socket: for this user only, or also for the members of the group. */
  readonly protectSocket: (groupId: number | undefined) => void;
  /** Allows the members of the group to enter the directory, but not to list it. */
  readonly admit: (groupId: number) => void;
  /** Closes the open directory; only `remove` may be called afterwards. */
  readonly settle: () => void;
  /** Removes the socket and the directory, if they exist. Never throws. */
  readonly remove: () => void;
}

/**
 * Makes a directory for one socket, mode 0700. The socket is bound at its final path: the system's list of sockets has
 * that path, and clean-up tools recognise by it that the socket is in use.
 *
 * Permissions are changed through the open directory, not by its path, which a user who may write to the parent
 * directory could have pointed to another file. (Without `/proc`, those of the socket are changed by path.)
 *
 * File operations are synchronous, so that the directory is known in the turn in which it is made, and because loading
 * `fs/promises` takes 3 ms.
 *
 * @param roomBytes bytes that the path of a socket needs after that of the directory
 * @throws Error with the system's reason.
 */
export function makeOwnDirectory(parent: string, roomBytes: number = socketNameBytes): OwnDirectory {
  const path = mkdtempSync(join(realParent(parent, ownDirectoryBytes + roomBytes), prefix));
  const socket = join(path, socketName);
  let handle: number | undefined;
  const settle = (): void => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  const open = (): number => {
    handle ??= openMine(path);
    return handle;
  };
  const remove = (): void => {
    settle();
    removeOwnSocket(socket);
  };
  try {
    open();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    path,
    socket,
    protectSocket: (groupId) => {
      const inside = `/proc/self/fd/${open()}`;
      const safe = existsSync(inside) ? join(inside, socketName) : socket;
      if (groupId !== undefined) chownSync(safe, -1, groupId);
      chmodSync(safe, groupId === undefined ? 0o600 : 0o660);
    },
    admit: (groupId) => {
      fchownSync(open(), -1, groupId);
      fchmodSync(open(), 0o710);
    },
    settle,
    remove,
  };
}

/** Removes a socket, and its directory if {@link makeOwnDirectory} made it and it is empty then. Never throws. */
export function removeOwnSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The listener has already removed it.
  }
  if (!isOwnSocket(path)) return;
  try {
    rmdirSync(dirname(path));
  } catch {
    // The host has already removed it, or it is in use.
  }
}

function isOwnSocket(path: string): boolean {
  const name = basename(dirname(path));
  const isOurs = name.startsWith(prefix) && /^[0-9A-Za-z]+$/.test(name.slice(prefix.length));
  return isOurs && name.length === prefix.length + randomChars && basename(path) === socketName;
}

/**
 * Resolves symbolic links, because clean-up tools compare paths as texts. A link is kept if the real path is too long
 * for a socket.
 */
function realParent(parent: string, bytesBelow: number): string {
  const real = realpathSync.native(parent);
  return Buffer.byteLength(real) + bytesBelow > maxUnixPathBytes() ? resolve(parent) : real;
}

function openMine(path: string): number {
  const handle = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const { uid, mode } = fstatSync(handle);
  if (uid === process.geteuid?.() && (mode & 0o777) === 0o700) return handle;
  closeSync(handle);
  throw new Error(
    `the new directory "${path}" was replaced by another process: use another parent directory for sockets`,
  );
}
