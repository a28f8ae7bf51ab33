import { join } from "node:path";
import { parseArgs } from "node:util";
import { wholeNumber } from "../helpers/whole-number.ts";
import { makeHttp2Case } from "./http2-make-case.ts";
import { http2Seeds } from "./http2-seeds.ts";
import { type FailedCase, reportRun } from "./report-run.ts";
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
const program = join(import.meta.dirname, "http2-run-cases.ts");
/** No connection may need more of the heap. */
const nodeArgs = ["--max-old-space-size=256"];
/** Cases of one child: its peak would else be that of the garbage of all of them. */
const batch = 1000;
const seed = wholeNumber("--seed", options.seed ?? String(Date.now() % 2 ** 31));
await reportRun({
  name: "http2",
  report: await run(),
  asJson: options.json,
  remake: options.file === undefined ? remake : undefined,
});

async function run(): Promise<FuzzReport> {
  if (options.file !== undefined) {
    return runFuzz({
      program,
      nodeArgs,
      seed,
      from: 0,
      to: 1,
      args: ["--file", options.file, "--role", options.role],
    });
  }
  if (options.only !== undefined) {
    const only = wholeNumber("--only", options.only);
    return runFuzz({ program, nodeArgs, seed, from: only, to: only + 1 });
  }
  const isTimed = options.seconds !== undefined;
  const count = isTimed ? Number.POSITIVE_INFINITY : wholeNumber("--count", options.count);
  const seconds = isTimed ? wholeNumber("--seconds", options.seconds ?? "") : Number.POSITIVE_INFINITY;
  const end = performance.now() + seconds * 1000;
  let all: FuzzReport = { seed, count: 0, ends: {}, failures: [], peakBytes: 0 };
  while (all.count < count && performance.now() < end && all.failures.length === 0) {
    const to = Math.min(count, all.count + batch);
    all = sum(all, await runFuzz({ program, nodeArgs, seed, from: all.count, to }));
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

function remake(index: number): FailedCase {
  const { bytes, role, origin } = makeHttp2Case(http2Seeds(), seed, index);
  return { bytes, extension: "bin", options: `--role ${role} --seed ${seed}`, origin };
}
