import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { FrameFormat } from "../../src/frames/frame-codec.ts";
import { createExercise, type Exercise } from "./exercise.ts";
import { makeCase } from "./make-case.ts";
import { type CaseEnd, createCaseReporter, failedBy } from "./report-case.ts";
import { seedFiles } from "./seed-files.ts";

/**
 * The child of the fuzz program of the frames: runs cases one after the other and reports each.
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
const reporter = createCaseReporter(Number(options["max-bytes"]));
const exercise: Exercise =
  options.subject === undefined
    ? await createExercise()
    : ((await import(options.subject)) as { readonly exercise: Exercise }).exercise;

if (options.file !== undefined) {
  const bytes = new Uint8Array(readFileSync(options.file));
  reporter.ready();
  run(0, bytes, options.format as FrameFormat);
} else {
  const files = await seedFiles();
  reporter.ready();
  for (let index = Number(options.from); index < Number(options.to); index++) {
    const { bytes, format } = makeCase(files, Number(options.seed), index);
    run(index, bytes, format);
  }
}

function run(index: number, bytes: Uint8Array, format: FrameFormat): void {
  let end: CaseEnd;
  try {
    end = ["end", exercise(bytes, format)];
  } catch (reason) {
    end = failedBy(reason);
  }
  reporter.ended(index, end);
}
