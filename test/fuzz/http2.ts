import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { makeHttp2Case } from "./http2-make-case.ts";
import { http2Seeds } from "./http2-seeds.ts";
import { type FuzzReport, runFuzz } from "./run-fuzz.ts";

/**
 * Feeds spoiled captures of grpc-go to our HTTP/2 endpoint, in child processes that are killed when they hang:
 * `npm run fuzz:http2 -- [--seed 1] [--seconds 60 | --count 10000] [--only 1234] [--json]`, or with `--file <path>
 * [--role client]` one file. Exits with 1 when a case ends in anything but an open connection or an HTTP/2 error, hangs, or
 * takes more than 512 MiB.
 */
const { values: options } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string", default: "10000" },
    seconds: { type: "string" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    file: { type: "string" },
    role: { type: "string", default: "server" },
  },
});
const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".build", "fuzz");
const program = join(import.meta.dirname, "http2-run-cases.ts");
/** Cases of one child: its peak would else be that of the garbage of all of them. */
const batch = 1000;
const seed = wholeNumber("seed", options.seed ?? String(Date.now() % 2 ** 31));
const report = await run();
const kept = options.file === undefined ? keepFailures(report) : [];
console.log(options.json ? JSON.stringify({ fuzz: "http2", ...report, kept }) : summary(report, kept));
process.exitCode = report.failures.length === 0 ? 0 : 1;

async function run(): Promise<FuzzReport> {
  if (options.file !== undefined) {
    return runFuzz({ program, seed, from: 0, to: 1, args: ["--file", options.file, "--role", options.role] });
  }
  if (options.only !== undefined) {
    const only = wholeNumber("only", options.only);
    return runFuzz({ program, seed, from: only, to: only + 1 });
  }
  const isTimed = options.seconds !== undefined;
  const count = isTimed ? Number.POSITIVE_INFINITY : wholeNumber("count", options.count);
  const seconds = isTimed ? wholeNumber("seconds", options.seconds ?? "") : Number.POSITIVE_INFINITY;
  const end = performance.now() + seconds * 1000;
  let all: FuzzReport = { seed, count: 0, ends: {}, failures: [], peakBytes: 0 };
  while (all.count < count && performance.now() < end && all.failures.length === 0) {
    const to = Math.min(count, all.count + batch);
    all = sum(all, await runFuzz({ program, seed, from: all.count, to }));
  }
  return all;
}

function sum(a: FuzzReport, b: FuzzReport): FuzzReport {
  const ends = { ...a.ends };
  for (const [end, times] of Object.entries(b.ends)) ends[end] = (ends[end] ?? 0) + times;
  return {
    seed: a.seed,
    count: a.count + b.count,
    ends,
    failures: [...a.failures, ...b.failures],
    peakBytes: Math.max(a.peakBytes, b.peakBytes),
  };
}

/** Writes the bytes of each failure, and gives the commands that repeat it. */
function keepFailures({ failures }: FuzzReport): string[] {
  if (failures.length === 0) return [];
  const seeds = http2Seeds();
  mkdirSync(folder, { recursive: true });
  return failures.map(({ index }) => {
    const { bytes, role, origin } = makeHttp2Case(seeds, seed, index);
    const path = join(folder, `http2-${seed}-${index}.bin`);
    writeFileSync(path, bytes);
    return `npm run fuzz:http2 -- --seed ${seed} --file ${relative(root, path)} --role ${role}  # ${origin}`;
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
