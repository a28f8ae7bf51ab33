import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.ts";

/**
 * Tells whether a process has ended: no entry in `/proc`, or a zombie. Killed orphans may stay zombies
 * for ever where process 1 does not reap.
 */
export function isGone(pid: number): boolean {
  const state = stateOf(String(pid));
  return state === undefined || state === "Z" || state === "X";
}

/** Stops a process as by a debugger. Resolves when all of its threads stand still: the signal alone does not wait for that. */
export async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  if (process.platform !== "linux") return;
  await until(`all threads of process ${pid} stand still`, () =>
    readdirSync(`/proc/${pid}/task`).every((thread) => stateOf(`${pid}/task/${thread}`) === "T"),
  );
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

function stateOf(task: string): string | undefined {
  const stat = readProc(task, "stat");
  // The name in parentheses may hold anything, spaces and parentheses too; the state follows it.
  return stat.slice(stat.lastIndexOf(")") + 2)[0];
}

function readProc(pid: number | string, file: "cmdline" | "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // It has ended, or it is another user's.
    return "";
  }
}
