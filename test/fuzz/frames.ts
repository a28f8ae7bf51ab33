import { parseArgs } from "node:util";
import { wholeNumber } from "../helpers/whole-number.ts";
import { makeCase } from "./make-case.ts";
import { type FailedCase, reportRun } from "./report-run.ts";
import { runFuzz } from "./run-fuzz.ts";
import { seedFiles } from "./seed-files.ts";

/**
 * Feeds spoiled frames to the decoder, in child processes that are killed when they hang:
 * `npm run fuzz:frames -- [--seed 1] [--count 10000] [--only 1234] [--json]`, or with `--file <path> [--format json]` one
 * file. Exits with 1 when a case ends in anything but a frame or a `FrameError`, hangs, or takes more than 512 MiB.
 */
const { values: options } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string", default: "10000" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    file: { type: "string" },
    format: { type: "string", default: "arrow" },
  },
});
const seed = wholeNumber("--seed", options.seed ?? String(Date.now() % 2 ** 31));
const from = options.only === undefined ? 0 : wholeNumber("--only", options.only);
const to = options.only === undefined ? wholeNumber("--count", options.count) : from + 1;
const report =
  options.file === undefined
    ? await runFuzz({ seed, from, to })
    : await runFuzz({ seed, from: 0, to: 1, args: ["--file", options.file, "--format", options.format] });
await reportRun({
  name: "frames",
  report,
  asJson: options.json,
  remake: options.file === undefined ? remake : undefined,
});

async function remake(index: number): Promise<FailedCase> {
  const { bytes, format, origin } = makeCase(await seedFiles(), seed, index);
  return { bytes, extension: format, options: `--format ${format}`, origin };
}
