/** What was there at one moment, after collections, when everything that was opened had been closed again. */
export interface Sample {
  readonly seconds: number;
  /** So far. */
  readonly launches: number;
  readonly attachments: number;
  readonly calls: number;
  readonly host: Held & {
    readonly residentBytes: number;
    readonly processes: number;
    /** Sockets, and directories for them. */
    readonly sockets: number;
  };
  /** The plugin of ours that all attachments are to. */
  readonly plugin: Held;
}

interface Held {
  /** On the heap and in buffers. */
  readonly bytes: number;
  readonly descriptors: number;
}

/** Samples that have to be there for memory to be judged: before, code is compiled and caches fill. */
export const minSamples = 20;
/** Bytes by which memory may differ over the later half of a run. */
export const toleratedBytes: number = 2 ** 20;

/** A line for each thing that there is more of at the end. Memory is judged over samples, however long they took. */
export function findGrowth(samples: readonly Sample[]): string[] {
  if (samples.length === 0) return ["there is no sample"];
  const counts: readonly (readonly [string, (sample: Sample) => number])[] = [
    ["descriptors of the host", ({ host }) => host.descriptors],
    ["processes", ({ host }) => host.processes],
    ["sockets and their directories", ({ host }) => host.sockets],
    ["descriptors of the plugin", ({ plugin }) => plugin.descriptors],
  ];
  const memories: readonly (readonly [string, (sample: Sample) => number])[] = [
    ["memory of the host", ({ host }) => host.bytes],
    ["memory of the plugin", ({ plugin }) => plugin.bytes],
  ];
  return [
    ...counts.flatMap(([what, count]) => findMore(what, samples.map(count))),
    ...(samples.length < minSamples ? [] : memories).flatMap(([what, bytes]) =>
      findRising(what, samples.map(bytes)),
    ),
  ];
}

/** A line if there is more at the end than at first. */
export function findMore(what: string, counts: readonly number[]): string[] {
  const first = counts[0] ?? 0;
  const last = counts.at(-1) ?? 0;
  return last > first ? [`${what}: ${first} at first, ${last} at the end`] : [];
}

/** A line if the bytes rise over the later half. */
export function findRising(what: string, bytes: readonly number[]): string[] {
  const later = bytes.slice(bytes.length >> 1);
  const growth = slope(later) * (later.length - 1);
  if (growth <= toleratedBytes) return [];
  return [
    `${what}: ${Math.round(growth / 1024)} KiB more over ${later.length} samples, at most ${toleratedBytes / 1024} tolerated`,
  ];
}

/** The median of the slopes between each two values (Theil and Sen): outliers do not turn it. */
function slope(values: readonly number[]): number {
  const slopes = values
    .flatMap((from, i) => values.slice(i + 1).map((to, k) => (to - from) / (k + 1)))
    .sort((a, b) => a - b);
  return slopes[slopes.length >> 1] ?? 0;
}
