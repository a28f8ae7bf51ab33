import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { exerciseHttp2 } from "./http2-exercise.ts";
import { makeHttp2Case } from "./http2-make-case.ts";
import { http2Seeds } from "./http2-seeds.ts";
import { type CaseEnd, createCaseReporter, failedBy } from "./report-case.ts";

/**
 * The child of the fuzz program of HTTP/2: runs cases one after the other and reports each.
 */
const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    to: { type: "string", default: "1" },
    "max-bytes": { type: "string" },
    file: { type: "string" },
    role: { type: "string", default: "server" },
  },
});
const seed = Number(options.seed);
const reporter = createCaseReporter(Number(options["max-bytes"]));
const seeds = http2Seeds();
let thrown: unknown;
process.on("uncaughtException", (reason) => {
  thrown = reason;
});
reporter.ready();
for (let index = Number(options.from); index < Number(options.to); index++) {
  const { role, bytes } =
    options.file === undefined
      ? makeHttp2Case(seeds, seed, index)
      : {
          role: options.role === "client" ? ("client" as const) : ("server" as const),
          bytes: readFileSync(options.file),
        };
  await run(index, () => exerciseHttp2(role, bytes, seed));
}

async function run(index: number, exercise: () => Promise<string>): Promise<void> {
  let end: CaseEnd;
  thrown = undefined;
  try {
    end = ["end", await exercise()];
  } catch (reason) {
    end = failedBy(reason);
  }
  // Also what came out of a callback of the event loop.
  reporter.ended(index, thrown === undefined ? end : failedBy(thrown));
}
