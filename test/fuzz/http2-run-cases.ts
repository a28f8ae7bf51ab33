import { readFileSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { exerciseHttp2 } from "./http2-exercise.ts";
import { makeHttp2Case } from "./http2-make-case.ts";
import { http2Seeds } from "./http2-seeds.ts";

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
    file: { type: "string" },
    role: { type: "string", default: "server" },
  },
});
const seed = Number(options.seed);
const maxBytes = Number(options["max-bytes"]);
const seeds = http2Seeds();
let thrown: unknown;
process.on("uncaughtException", (reason) => {
  thrown = reason;
});
say(["ready"]);
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
  let result: [string, string];
  thrown = undefined;
  try {
    result = ["end", await exercise()];
  } catch (reason) {
    thrown = reason;
    result = ["error", ""];
  }
  // Also what came out of a callback of the event loop.
  if (thrown !== undefined) {
    result = ["error", thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)];
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
