import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { FuzzReport } from "./run-fuzz.ts";

/** A case that failed, made once more. */
export interface FailedCase {
  readonly bytes: Uint8Array;
  /** How the name of its file ends. */
  readonly extension: string;
  /** What the command that repeats it needs beside the file. */
  readonly options: string;
  readonly origin: string;
}

export interface RunToReport {
  /** The name of the program: `npm run fuzz:<name>`. */
  readonly name: string;
  readonly report: FuzzReport;
  readonly asJson: boolean;
  /** None when the input was a file, which is there already. */
  readonly remake: ((index: number) => FailedCase | Promise<FailedCase>) | undefined;
}

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".build", "fuzz");

/**
 * Ends a fuzz program: writes the bytes of each failure to a file, says what was found and by which commands the failures
 * are repeated, and sets the exit code to 1 when there are any.
 */
export async function reportRun({ name, report, asJson, remake }: RunToReport): Promise<void> {
  const kept: string[] = [];
  if (remake !== undefined) {
    for (const { index } of report.failures) {
      const fileName = `${name}-${report.seed}-${index}`;
      kept.push(`npm run fuzz:${name} -- ${keep(fileName, await remake(index))}`);
    }
  }
  console.log(asJson ? JSON.stringify({ fuzz: name, ...report, kept }) : summary(report, kept));
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}

/** Gives the arguments that repeat the case. */
function keep(fileName: string, { bytes, extension, options, origin }: FailedCase): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${fileName}.${extension}`);
  writeFileSync(path, bytes);
  return `--file ${relative(root, path)} ${options}  # ${origin}`;
}

function summary(
  { seed, count, ends, failures, peakBytes }: FuzzReport,
  commands: readonly string[],
): string {
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
