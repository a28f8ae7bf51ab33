import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { makeCase } from "./make-case.ts";
import { type FuzzReport, runFuzz } from "./run-fuzz.ts";
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
const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".build", "fuzz");
const seed = wholeNumber("seed", options.seed ?? String(Date.now() % 2 ** 31));
const from = options.only === undefined ? 0 : wholeNumber("only", options.only);
const to = options.only === undefined ? wholeNumber("count", options.count) : from + 1;
const report =
  options.file === undefined
    ? await runFuzz({ seed, from, to })
    : await runFuzz({ seed, from: 0, to: 1, args: ["--file", options.file, "--format", options.format] });
const kept = options.file === undefined ? await keepFailures(report) : [];
console.log(options.json ? JSON.stringify({ fuzz: "frames", ...report, kept }) : summary(report, kept));
process.exitCode = report.failures.length === 0 ? 0 : 1;

/** Writes the bytes of each failure, and gives the commands that repeat it. */
async function keepFailures({ failures }: FuzzReport): Promise<string[]> {
  if (failures.length === 0) return [];
  const files = await seedFiles();
  mkdirSync(folder, { recursive: true });
  return failures.map(({ index }) => {
    const { bytes, format, origin } = makeCase(files, seed, index);
    const path = join(folder, `frames-${seed}-${index}.${format}`);
    writeFileSync(path, bytes);
    return `npm run fuzz:frames -- --file ${relative(root, path)} --format ${format}  # ${origin}`;
  });
}

function summary({ count, ends, failures, peakBytes }: FuzzReport, commands: readonly string[]): string {
  const counts = Object.entries(ends).sort(([, a], [, b]) => b - a);
  return [
    ...failures.map(
      ({ index, outcome, detail }, i) =>
        `case ${index}: ${outcome}: ${detail.slice(0, 800)}\n  again: ${commands[i] ?? "this command"}`,
    ),
    `seed ${seed}: ${count} cases, ${failures.length} failures, peak ${Math.ceil(peakBytes / 2 ** 20)} MiB; ` +
      counts.map(([end, times]) => `${end} ${times}`).join(", "),
  ].join("\n");
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} must be a whole number, got "${text}"`);
  return value;
}
