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

/** What stands before the random part of the name of a directory for sockets. */
const prefix = "plugin-";
/** How many characters the system appends. */
const randomChars = 6;
/** The one socket of such a directory. */
const socketName = "s";

/** How many bytes a directory's own name takes, and the slash before it. */
const ownDirectoryBytes = `/${prefix}`.length + randomChars;
const socketNameBytes = `/${socketName}`.length;

/** How many bytes the path of a socket in a directory of its own has after that of the parent directory. */
export const ownSocketBytes: number = ownDirectoryBytes + socketNameBytes;

/** What the end of such a path looks like, for a shell. */
export const ownSocketGlob: string = `${prefix}${"[0-9A-Za-z]".repeat(randomChars)}/${socketName}`;

/** A directory that this process made for sockets. At first nobody else can enter it. */
export interface OwnDirectory {
  readonly path: string;
  /** Where its one socket is to be bound. */
  readonly socket: string;
  /** Lets this user alone use the socket, which is bound, or the members of the group, too. */
  readonly protectSocket: (groupId: number | undefined) => void;
  /** Lets the members of the group enter, not look around. */
  readonly admit: (groupId: number) => void;
  /** Lets go of the open directory; nothing but `remove` may follow. */
  readonly settle: () => void;
  /** Removes the socket and the directory, as far as they are there. Never throws. */
  readonly remove: () => void;
}

/**
 * Makes a directory for one socket, mode 0700. The socket is bound where it stays: the system's list of sockets has that
 * path, by which tools that tidy up see that it is in use.
 *
 * Permissions are changed through the open directory, not by its path, which somebody who may write to the parent
 * directory could turn to another file by then. (Where there is no `/proc`, those of the socket are changed by path.)
 *
 * Files are handled in sync: so that the directory is known in the turn in which it is made, and because `fs/promises`
 * alone would take 3 ms to load.
 *
 * @param roomBytes how long the path of a socket in the directory may be, after that of the directory
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

/**
 * Removes a socket, and the directory that was made for it alone, if it was made as {@link makeOwnDirectory} makes it
 * and nothing else is in it. Never throws.
 */
export function removeOwnSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It went with its listener.
  }
  if (!isOwnSocket(path)) return;
  try {
    rmdirSync(dirname(path));
  } catch {
    // The host was faster, or it is in use.
  }
}

function isOwnSocket(path: string): boolean {
  const name = basename(dirname(path));
  const isOurs = name.startsWith(prefix) && /^[0-9A-Za-z]+$/.test(name.slice(prefix.length));
  return isOurs && name.length === prefix.length + randomChars && basename(path) === socketName;
}

/**
 * Without symbolic links, because tools that tidy up compare paths as texts. A link that was made because the real path
 * is too long for a socket is used all the same.
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
    `somebody has replaced the directory "${path}" that was just made: use another one for sockets`,
  );
}
