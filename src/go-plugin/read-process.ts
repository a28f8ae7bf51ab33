import { readdirSync, readFileSync } from "node:fs";

/**
 * When a process was started, in the system's clock ticks since boot. It distinguishes a process from a later one with
 * the same id. `undefined` if the process does not exist, and on systems without `/proc`.
 */
export function processStartTime(pid: number): number | undefined {
  return readProcess(pid)?.startTime;
}

/** What Linux reports about a process in `/proc/<pid>/stat`. */
export interface ProcessEntry {
  /** A letter, such as `Z` for a process that has ended and whose parent has not asked for its status. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly startTime: number;
}

export function readProcess(pid: number): ProcessEntry | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may contain anything; the state, field 3, follows it.
    const [state = "", parent, group, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent), group: Number(group), startTime: Number(rest[22 - 6]) };
  } catch {
    return undefined;
  }
}

/** The ids of the processes that `/proc` lists; empty without it. */
export function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
