import type { Figures, LoadSize } from "./load-size.ts";
import { type Plugin, smallCall, used, warmUp } from "./plugin-calls.ts";

/** The small query by ever more callers: memory, and how even the callers come off. */
export async function crowd(launch: () => Promise<Plugin>, { seconds }: LoadSize): Promise<Figures> {
  const found: Figures = {};
  const plugin = await launch();
  try {
    const call = smallCall(plugin);
    await warmUp(plugin, call, seconds);
    for (const callers of [64, 256, 1024]) {
      await callBy(callers, call, seconds / 2);
      const latencies = await callBy(callers, call, seconds);
      const { host, plugin: own } = await used(plugin);
      const sorted = Float64Array.from(latencies.flat()).sort();
      const counts = latencies.map(({ length }) => length);
      const percentile = (percent: number): number =>
        sorted[Math.floor((sorted.length * percent) / 100)] ?? Number.NaN;
      found[`p50 c${callers}`] = percentile(50);
      found[`p99 c${callers}`] = percentile(99);
      found[`rate c${callers}`] = sorted.length / seconds;
      found[`even c${callers}`] = Math.min(...counts) / Math.max(...counts);
      found[`hostBytes c${callers}`] = host.bytes;
      found[`pluginBytes c${callers}`] = own.bytes;
    }
  } finally {
    await plugin.close();
  }
  return found;
}

/** The latencies of each caller, in µs. */
async function callBy(callers: number, call: () => Promise<void>, seconds: number): Promise<number[][]> {
  const end = performance.now() + seconds * 1000;
  return await Promise.all(
    Array.from({ length: callers }, async () => {
      const latencies: number[] = [];
      for (let before = performance.now(); before < end; ) {
        await call();
        const after = performance.now();
        latencies.push((after - before) * 1000);
        before = after;
      }
      return latencies;
    }),
  );
}
