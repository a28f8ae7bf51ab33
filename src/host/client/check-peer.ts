import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { PluginError } from "../../errors.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import { fileAt } from "./file-at.ts";
import { holdsSocket } from "./holds-socket.ts";
import { listeningSockets } from "./listening-sockets.ts";
import { formatSocketAddress } from "./socket-address.ts";

/** Decides which sockets are accepted as a plugin's. */
export interface PeerRules {
  /** User ids that may listen, in addition to this process's own and root's. */
  readonly trustedUsers: readonly number[];
  /** Id of the plugin's process, if known: the process, its group or its descendants have to hold the socket. */
  readonly pid?: number | undefined;
  /** Directories that the host made or named. A socket in them is accepted without further proof. */
  readonly directories?: readonly (string | undefined)[] | undefined;
  /** Accepts a TCP address of another process, as a plugin prints that locates a standalone process. */
  readonly isTcpChecked: boolean;
  /**
   * When the plugin was started, in milliseconds of `Date.now`: where the system does not say which process holds a
   * socket, its file must be younger.
   */
  readonly startedMs?: number | undefined;
}

/** How much older than its process a file may seem, because of the granularity of file times. */
const granularityMs = 1000;

/**
 * Checks that the plugin listens at the address, as far as the system can tell: the socket of another user or of
 * another service is refused. Call it before a connection is made and again afterwards: the socket may be replaced in
 * between.
 *
 * @throws PluginError `untrusted_socket`, which names the owner.
 */
export function checkPeer(address: SocketAddress, rules: PeerRules): void {
  checkPath(address);
  checkOwner(address, rules.trustedUsers);
  const { pid } = rules;
  if (pid === undefined) return;
  if (address.network === "tcp") {
    if (rules.isTcpChecked && holdsSocket(pid, address) === false) throw notItsOwn(address, pid);
    return;
  }
  const file = fileAt(address.path);
  // If nothing can listen there, dialling reports it.
  if (file === undefined) return;
  // A symbolic link is not a socket, and a hard link is another name of a socket elsewhere.
  const isItsOwn =
    file.isSocket() &&
    file.nlink === 1 &&
    (isWithin(address.path, rules.directories ?? []) ||
      (holdsSocket(pid, address) ?? file.ctimeMs >= (rules.startedMs ?? 0) - granularityMs));
  if (!isItsOwn) throw notItsOwn(address, pid);
}

/** Whether a path lies in one of the directories, as written or with its directory resolved. */
export function isWithin(path: string, directories: readonly (string | undefined)[]): boolean {
  return directories.some((directory) => {
    if (directory === undefined || !resolve(path).startsWith(`${resolve(directory)}${sep}`)) return false;
    try {
      return `${realpathSync(dirname(path))}${sep}`.startsWith(`${realpathSync(directory)}${sep}`);
    } catch {
      return true;
    }
  });
}

/** Linux takes a name that begins with a zero byte for an abstract socket, which has no file and so no owner. */
function checkPath(address: SocketAddress): void {
  if (address.network === "tcp" || !address.path.includes("\0")) return;
  throw new PluginError(
    "untrusted_socket",
    `expected a path without zero bytes, got ${formatSocketAddress(address)}: ` +
      "an abstract socket has no owner to check; let the plugin listen at a path",
  );
}

function checkOwner(address: SocketAddress, trustedUsers: readonly number[]): void {
  const own = process.geteuid?.();
  if (own === undefined) return;
  const trusted = [own, 0, ...trustedUsers];
  const stranger = ownersOf(address).find((uid) => !trusted.includes(uid));
  if (stranger === undefined) return;
  throw new PluginError(
    "untrusted_socket",
    `what listens at ${formatSocketAddress(address)} belongs to user ${stranger}, expected ${own} or root: ` +
      "another user took the plugin's place, or trustedUsers has to name this one",
  );
}

/** The users whose sockets listen; empty if nothing listens or the system does not say. */
function ownersOf(address: SocketAddress): readonly number[] {
  if (address.network === "tcp") return (listeningSockets(address) ?? []).flatMap(({ uid }) => uid ?? []);
  try {
    // A symbolic link of a stranger may lead to a socket of this user.
    return [lstatSync(address.path).uid, statSync(address.path).uid];
  } catch {
    return [];
  }
}

function notItsOwn(address: SocketAddress, pid: number): PluginError {
  return new PluginError(
    "untrusted_socket",
    `the plugin (pid ${pid}) names ${formatSocketAddress(address)}, where it does not listen itself: ` +
      "another service's socket is not dialled",
  );
}
