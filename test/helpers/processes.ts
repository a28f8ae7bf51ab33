import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.ts";

/**
 * Tells whether a process has ended: no entry in `/proc`, or a zombie. Killed orphans may stay zombies
 * for ever where process 1 does not reap.
 */
export function isGone(pid: number): boolean {
  const stat = readProc(pid, "stat");
  // The name in parentheses may hold anything, spaces and parentheses too; the state follows it.
  const state = stat.slice(stat.lastIndexOf(")") + 2)[0];
  return state === undefined || state === "Z" || state === "X";
}

/** Resolves when the process has ended. */
export async function untilGone(pid: number): Promise<void> {
  await until(`process ${pid} is gone`, () => isGone(pid));
}

/** The living processes, but for this one, that have `text` in their environment or their arguments. */
export function processesWith(text: string): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid)
    .filter((pid) => readProc(pid, "environ").includes(text) || readProc(pid, "cmdline").includes(text))
    .filter((pid) => !isGone(pid))
    .map((pid) => ({ pid, command: readProc(pid, "cmdline").replaceAll("\0", " ").trim() }));
}

function readProc(pid: number, file: "cmdline" | "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // It has ended, or it is another user's.
    return "";
  }
}
