import { median } from "../report.ts";

/** As long as one measured run lasts at least, in ms: short operations are repeated in it. The Go program's, too. */
const runMs = 200;
/** As long as operations run before, in ms and runs: compilers have their work done then. */
const warmUpMs = 600;
const warmUpRuns = 2;

/** The median time of one operation in ns. The garbage collector runs as it wants. */
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

/** Where the last result is kept: an operation without a use could be left out. */
export let kept: unknown;
