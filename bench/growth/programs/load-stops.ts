import { readdirSync } from "node:fs";
import { median } from "../../report.ts";
import { currentUsage } from "../../rpc/programs/usage.ts";
import type { Figures, LoadSize } from "./load-size.ts";
import { type Plugin, smallCall } from "./plugin-calls.ts";

/** Starts and stops plugins: one several times, then many at once. A first plugin runs all the while, as in Go's. */
export async function stops(
  launch: () => Promise<Plugin>,
  { starts, plugins: count }: LoadSize,
): Promise<Figures> {
  const first = await launch();
  try {
    const one: number[] = [];
    for (let i = 0; i < starts; i++) one.push(await stopOne(launch));
    const before = currentUsage();
    const filesBefore = openFiles();
    let began = performance.now();
    const plugins = await Promise.all(Array.from({ length: count }, () => startAnswering(launch)));
    const startAll = performance.now() - began;
    const after = currentUsage();
    const files = openFiles() - filesBefore;
    began = performance.now();
    await Promise.all(plugins.map((plugin) => plugin.close()));
    return {
      "stop one": median(one),
      "start all": startAll,
      hostCpu: (after.cpuMicros - before.cpuMicros) / count,
      hostBytes: (after.bytes - before.bytes) / count,
      hostFiles: files / count,
      "stop all": performance.now() - began,
    };
  } finally {
    await first.close();
  }
}

async function stopOne(launch: () => Promise<Plugin>): Promise<number> {
  const plugin = await startAnswering(launch);
  const began = performance.now();
  await plugin.close();
  return performance.now() - began;
}

async function startAnswering(launch: () => Promise<Plugin>): Promise<Plugin> {
  const plugin = await launch();
  await smallCall(plugin)();
  return plugin;
}

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
