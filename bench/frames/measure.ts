import { median } from "../report.ts";

/** Shortest measured run, in ms: short operations are repeated in it. The same in the Go program. */
const runMs = 200;
/** Warm-up of operations, in ms and runs, until the compilers are done. */
const warmUpMs = 600;
const warmUpRuns = 2;

/** The median time of one operation in ns. The garbage collector is not controlled. */
export function measure(operation: () => unknown, runs: number): number {
  let repeats = 1;
  let spent = 0;
  for (let run = 0; run < warmUpRuns || spent < warmUpMs; run++) {
    const took = repeat(operation, repeats);
    spent += took * repeats;
    repeats = Math.max(1, Math.floor(runMs / took));
  }
  return median(Array.from({ length: runs }, () => repeat(operation, repeats))) * 1e6;
}

/** Milliseconds of one operation. */
function repeat(operation: () => unknown, repeats: number): number {
  const began = performance.now();
  for (let i = 0; i < repeats; i++) kept = operation();
  return (performance.now() - began) / repeats;
}

/** Keeps the last result: a compiler could remove an operation whose result is not used. */
export let kept: unknown;
