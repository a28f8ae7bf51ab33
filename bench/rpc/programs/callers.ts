/** What a number of callers did. */
export interface Ran {
  readonly calls: number;
  readonly seconds: number;
  /** The latency in µs that so many percent of the calls did not exceed. */
  readonly percentile: (percent: number) => number;
}

/** Callers that call one after the other, all at the same time, for so long. */
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
