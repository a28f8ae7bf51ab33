import { type CaseResult, watchChild } from "./watch-child.ts";

export interface FuzzOptions {
  /** The child: by default that of the frames. */
  readonly program?: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Arguments for the child beside those. */
  readonly args?: readonly string[];
  /** Options of Node for the child. */
  readonly nodeArgs?: readonly string[];
  readonly hangMs?: number;
  readonly maxBytes?: number;
}

export interface FuzzReport {
  readonly seed: number;
  readonly count: number;
  /** By `ok` or the code of the `FrameError`. */
  readonly ends: Readonly<Record<string, number>>;
  readonly failures: readonly CaseResult[];
  readonly peakBytes: number;
}

/** More than these say nothing new. */
const maxFailures = 20;

/** Runs the cases of a seed in child processes, a new one after each that does not survive a case. */
export async function runFuzz({
  program,
  seed,
  from,
  to,
  args = [],
  nodeArgs,
  hangMs = 30_000,
  maxBytes = 512 * 2 ** 20,
}: FuzzOptions): Promise<FuzzReport> {
  const ends: Record<string, number> = {};
  const failures: CaseResult[] = [];
  let peakBytes = 0;
  let next = from;
  const run = (first: number, end: number): AsyncGenerator<CaseResult> =>
    watchChild({
      program,
      nodeArgs,
      args: ["--seed", String(seed), "--max-bytes", String(maxBytes), ...args],
      from: first,
      to: end,
      hangMs,
      onPeak: (bytes) => {
        peakBytes = Math.max(peakBytes, bytes);
      },
    });
  while (next < to && failures.length < maxFailures) {
    for await (const seen of run(next, to)) {
      // On a busy machine a process may stand still, so what looks like a hang has a second try.
      const result = seen.outcome === "hang" ? await lastOf(run(seen.index, seen.index + 1), seen) : seen;
      next = result.index + 1;
      if (result.outcome === "end") ends[result.detail] = (ends[result.detail] ?? 0) + 1;
      else failures.push(result);
      if (failures.length >= maxFailures) break;
    }
  }
  return { seed, count: next - from, ends, failures, peakBytes };
}

async function lastOf(results: AsyncIterable<CaseResult>, fallback: CaseResult): Promise<CaseResult> {
  let last = fallback;
  for await (const result of results) last = result;
  return last;
}
