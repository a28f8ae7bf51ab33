import { cpus, loadavg } from "node:os";

/** The 1-minute load average now, for `aboutMachine` after a run. */
export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

/** On which machine a run was, and how busy that was. */
export function aboutMachine(rounds: number, load: number): string {
  const isBusy = load > cpus().length / 2;
  return `Medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}, on ${cpus().length} processors with a load of ${load.toFixed(1)} before the run${isBusy ? ": the machine was busy with other work" : ""}.`;
}
