import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Stat {
  readonly state: string;
  readonly group: number;
}

/**
 * The living processes of a process group, by `/proc`. `undefined` where there is no `/proc`. Zombies do not count:
 * they wait for a parent that may never reap them.
 */
export function groupMembers(group: number): readonly number[] | undefined {
  if (!existsSync("/proc/self/stat")) return undefined;
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isLiving(statOf(pid)) && statOf(pid)?.group === group);
}

/** Whether a process runs. A zombie does not. */
export function isRunning(pid: number): boolean {
  if (existsSync("/proc/self/stat")) return isLiving(statOf(pid));
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isLiving(stat: Stat | undefined): boolean {
  return stat !== undefined && stat.state !== "Z" && stat.state !== "X";
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything; state, parent and group follow it.
    const [state = "", , group] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, group: Number(group) };
  } catch {
    // It has ended.
    return undefined;
  }
}
