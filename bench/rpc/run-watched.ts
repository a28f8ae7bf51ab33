import { readFileSync } from "node:fs";
import { type Figures, runLoad } from "./run-load.ts";

export interface WatchedRun {
  readonly figures: Figures;
  /** On a virtual machine: its host took little of the processors' time meanwhile. */
  readonly isCalm: boolean;
}

/** Share of the processors' time that other machines may take. */
const maxStolenShare = 0.1;

/** Runs a load as `runLoad` does, and reports whether it was disturbed. */
export async function runWatched(command: readonly string[]): Promise<WatchedRun> {
  const before = processorTime();
  const figures = await runLoad(command);
  const after = processorTime();
  const isCalm = after.stolen - before.stolen <= maxStolenShare * (after.total - before.total);
  return { figures, isCalm };
}

/** Of all processors since the system's start; stolen time went to other machines. Known on Linux only. */
function processorTime(): { readonly stolen: number; readonly total: number } {
  if (process.platform !== "linux") return { stolen: 0, total: 0 };
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  // cpu user nice system idle iowait irq softirq steal, and guests, which are in user and nice already (proc(5)).
  const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { stolen: times[7] ?? 0, total: times.reduce((sum, time) => sum + time, 0) };
}
