import { parseArgs } from "node:util";
import { wholeNumber } from "../helpers/whole-number.ts";
import { attackNames, maxUsedBytes, runAttack } from "./run-attacks.ts";

/**
 * Attacks a plugin and a host whose heap has 256 MiB, with everything that a peer may do to fill their memory or hold up
 * their event loop: `npm run attacks -- [--only "gzip"] [--max-lag-ms 200]`. Exits with 1 when a process ends, an attack
 * ends in another way than it has to, memory does not return, or the event loop was held up longer than that.
 */
const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, "max-lag-ms": { type: "string", default: "200" } },
});
const maxLagMs = wholeNumber("--max-lag-ms", values["max-lag-ms"]);
for (const name of attackNames.filter((each) => each.includes(values.only))) {
  try {
    const { outcomes, isExpected, peakBytes, usedBytes, lagMs } = await runAttack(name);
    const problems = [
      ...(isExpected ? [] : ["another end than expected"]),
      ...(usedBytes > maxUsedBytes ? ["memory does not return"] : []),
      ...(lagMs > maxLagMs ? ["the event loop was held up"] : []),
    ];
    if (problems.length > 0) process.exitCode = 1;
    const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
    console.log(`${problems.length === 0 ? "ok" : problems.join(", ")}: ${name}`);
    console.log(`  peak ${mebibytes(peakBytes)}, then ${mebibytes(usedBytes)}, lag ${Math.round(lagMs)} ms`);
    console.log(`  ${outcomes.slice(0, 3).join("; ")}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
