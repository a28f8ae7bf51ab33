import { readdirSync, readlinkSync } from "node:fs";
import { errorCode } from "../../errors.ts";
import { type ProcessEntry, processIds, readProcess } from "../../go-plugin/read-process.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import { listeningSockets } from "./listening-sockets.ts";

/**
 * Whether all sockets that listen at the address belong to a process, its process group or its descendants (a launcher
 * may run the plugin). `undefined` where the system does not say: without `/proc`, for another user's processes, and
 * for a unix socket that was renamed after it was bound.
 */
export function holdsSocket(pid: number, address: SocketAddress): boolean | undefined {
  const sockets = listeningSockets(address, pid);
  if (sockets === undefined) return undefined;
  const missing = new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
  if (missing.size === 0) return undefined;
  let isHidden = false;
  for (const each of [pid, ...relatives(pid)]) {
    const held = openFiles(each);
    if (held === undefined) isHidden = true;
    for (const file of held ?? []) missing.delete(file);
    if (missing.size === 0) return true;
  }
  return isHidden ? undefined : false;
}

/** The group and the descendants of a process, without the process. */
function* relatives(pid: number): Generator<number> {
  const group = readProcess(pid)?.group;
  const others = new Map<number, ProcessEntry>();
  for (const each of processIds()) {
    const entry = each === pid ? undefined : readProcess(each);
    if (entry !== undefined) others.set(each, entry);
  }
  const family = new Set([pid]);
  // Iteration over a set also visits entries that are added during it.
  for (const member of family) {
    for (const [other, entry] of others) {
      if (!family.has(other) && (entry.parent === member || entry.group === group)) {
        family.add(other);
        yield other;
      }
    }
  }
}

/** What the descriptors of a process refer to; empty when the process has ended, `undefined` when they cannot be read. */
function openFiles(pid: number): string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${name}`);
      } catch {
        // The descriptor was closed in between.
        return "";
      }
    });
  } catch (error) {
    return errorCode(error) === "ENOENT" ? [] : undefined;
  }
}
