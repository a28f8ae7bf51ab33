/** The figures of several callers. */
interface Ran {
  readonly calls: number;
  readonly seconds: number;
  /** The latency in µs of this percentile of the calls. */
  readonly percentile: (percent: number) => number;
}

/** Runs callers at the same time for this long; each makes one call after the other. */
export async function runCallers(call: () => Promise<void>, callers: number, seconds: number): Promise<Ran> {
  const latencies: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      let before = performance.now();
      do {
        await call();
        const after = performance.now();
        latencies.push((after - before) * 1000);
        before = after;
      } while (before < end);
    }),
  );
  const elapsed = (performance.now() - began) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  return {
    calls: sorted.length,
    seconds: elapsed,
    percentile: (percent) => sorted[Math.floor((sorted.length * percent) / 100)] ?? Number.NaN,
  };
}
