import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { SocketAddress } from "../../transport/socket-transport.ts";

/** A listening socket as Linux reports it. */
interface ListeningSocket {
  readonly inode: string;
  /** User id of its owner; unknown for unix sockets. */
  readonly uid: number | undefined;
}

/** Flag of a unix socket that accepts connections (`__SO_ACCEPTCON`), and state of a TCP socket that does. */
const unixListening = "00010000";
const tcpListening = "0A";

/**
 * The sockets that listen at an address in the network namespace of process `pid`; `undefined` where the system does
 * not say, or if the address belongs to another machine.
 */
export function listeningSockets(
  address: SocketAddress,
  pid: number | "self" = "self",
): readonly ListeningSocket[] | undefined {
  if (process.platform !== "linux") return undefined;
  if (address.network === "unix") {
    const name = basename(address.path);
    const place = realPath(address.path);
    return tableRows(pid, "unix")
      ?.filter(([, , , flags, , , , path = ""]) => flags === unixListening && basename(path) === name)
      .filter(([, , , , , , , path = ""]) => realPath(path) === place)
      .map(([, , , , , , inode = ""]) => ({ inode, uid: undefined }));
  }
  const local = localAddresses(address.host);
  const tcp4 = tableRows(pid, "tcp");
  if (local === undefined || tcp4 === undefined) return undefined;
  const port = address.port.toString(16).toUpperCase().padStart(4, "0");
  const ends = local.map((each) => `${each}:${port}`);
  return [...tcp4, ...(tableRows(pid, "tcp6") ?? [])]
    .filter(([, end = "", , state]) => state === tcpListening && ends.includes(end))
    .map(([, , , , , , , uid, , inode = ""]) => ({ inode, uid: Number(uid) }));
}

/** The path with symbolic links resolved. */
function realPath(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

/** The rows of the table, without its head, split into columns. The last column is a path and may have spaces. */
function tableRows(pid: number | "self", table: "tcp" | "tcp6" | "unix"): string[][] | undefined {
  try {
    const [, ...lines] = readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n");
    if (table === "unix") {
      // What follows the seventh column and one space is the path, with all spaces of its own.
      const rows = lines.map((line) => /^((?:\S+ +){6}\S+)(?: (.*))?$/.exec(line) ?? []);
      return rows.map(([, columns = "", path = ""]) => [...columns.split(/ +/), path]);
    }
    return lines.map((line) => line.trim().split(/ +/));
  } catch {
    return undefined;
  }
}

/**
 * The forms in which the kernel writes a loopback address, and the address of all interfaces, which also accepts
 * connections to it: 32-bit words in the byte order of a little-endian machine. `undefined` for another machine's
 * address.
 */
function localAddresses(host: string): string[] | undefined {
  const anyAddress = ["0".repeat(8), "0".repeat(32)];
  const ipv6Loopback = `${"0".repeat(24)}01000000`;
  if (host === "::1") return [...anyAddress, ipv6Loopback];
  const ipv4 = host === "localhost" || host === "0.0.0.0" ? "127.0.0.1" : host;
  if (!/^127(\.\d{1,3}){3}$/.test(ipv4)) return undefined;
  const word = ipv4
    .split(".")
    .reverse()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, "0"))
    .join("");
  const mapped = `${"0".repeat(16)}FFFF0000${word}`;
  return [...anyAddress, word, mapped, ...(host === "localhost" ? [ipv6Loopback] : [])];
}
