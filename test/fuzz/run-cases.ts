import { readFileSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import type { FrameFormat } from "../../src/frames/load-arrow.ts";
import { createExercise, type Exercise } from "./exercise.ts";
import { makeCase } from "./make-case.ts";
import { seedFiles } from "./seed-files.ts";

/**
 * The child of the fuzz program: runs cases one after the other, and writes a line for each to stdout before it takes the
 * next, so that the parent knows at which one it hangs or dies.
 */
const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    to: { type: "string", default: "1" },
    "max-bytes": { type: "string" },
    /** A module to run in place of our own exercise, by which tests show that failures are seen. */
    subject: { type: "string" },
    file: { type: "string" },
    format: { type: "string", default: "arrow" },
  },
});
const maxBytes = Number(options["max-bytes"]);
const exercise: Exercise =
  options.subject === undefined
    ? await createExercise()
    : ((await import(options.subject)) as { readonly exercise: Exercise }).exercise;

if (options.file !== undefined) {
  const bytes = new Uint8Array(readFileSync(options.file));
  say(["ready"]);
  run(0, bytes, options.format as FrameFormat);
} else {
  const files = await seedFiles();
  say(["ready"]);
  for (let index = Number(options.from); index < Number(options.to); index++) {
    const { bytes, format } = makeCase(files, Number(options.seed), index);
    run(index, bytes, format);
  }
}

function run(index: number, bytes: Uint8Array, format: FrameFormat): void {
  let result: [string, string];
  try {
    result = ["end", exercise(bytes, format)];
  } catch (reason) {
    result = ["error", reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)];
  }
  // The peak never falls, so that after one case too large a new process has to judge the next.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  if (peakBytes > maxBytes) result = ["memory", `peak of ${Math.ceil(peakBytes / 2 ** 20)} MiB`];
  say([...result, index, peakBytes]);
  if (peakBytes > maxBytes) process.exit(0);
}

/** At once: what still waits in a stream is lost when the process is killed. */
function say(line: readonly unknown[]): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
