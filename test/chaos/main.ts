import { parseArgs } from "node:util";
import { testedTransport } from "../helpers/tested-transport.ts";
import { wholeNumber } from "../helpers/whole-number.ts";
import { type ChaosReport, runChaos } from "./run-chaos.ts";

/**
 * Breaks real plugins in every way we know, and counts what is lost:
 * `npm run chaos -- [--seconds 60] [--faults 0] [--seed 1] [--starts 200] [--json]`, with
 * `TEST_TRANSPORT=connect-node` in the environment by that transport. A seed repeats the choices, not the moments. Exits with 1 when
 * anything was lost. With `--json` the last line is the report.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    faults: { type: "string", default: "0" },
    seed: { type: "string" },
    starts: { type: "string", default: "200" },
    json: { type: "boolean", default: false },
  },
});
const report = await runChaos({
  seconds: wholeNumber("--seconds", values.seconds),
  faults: wholeNumber("--faults", values.faults),
  seed: wholeNumber("--seed", values.seed ?? String(Date.now() % 2 ** 31)),
  startsInARow: wholeNumber("--starts", values.starts),
  hostOptions: { transport: testedTransport },
  onRound: process.stderr.isTTY ? (names) => console.error(names.join(" | ")) : undefined,
});
for (const complaint of report.complaints) console.log(complaint);
for (const [name, reason] of Object.entries(report.unavailable))
  console.log(`not injected: ${name}: ${reason}`);
console.log(values.json ? JSON.stringify(inOrder(report)) : summary(report));
// A plugin that was left running keeps its host alive.
process.exit(report.complaints.length === 0 ? 0 : 1);

function inOrder({
  faults,
  calls,
  unsettled,
  wrongCode,
  processesLeft,
  socketsLeft,
  ...rest
}: ChaosReport): object {
  const { descriptorsLeaked, memoryGrowth, seed, seconds } = rest;
  return {
    ...{ faults, calls, unsettled, wrongCode, processesLeft, socketsLeft, descriptorsLeaked, memoryGrowth },
    ...{ seed, seconds },
  };
}

function summary(report: ChaosReport): string {
  const faults = Object.entries(report.faultsByName).map(([name, times]) => `  ${times} × ${name}`);
  return [
    `seed ${report.seed}: ${report.faults} faults, ${report.calls} starts and calls`,
    ...faults,
    `lost: ${report.unsettled} calls that never ended, ${report.wrongCode} that ended in the wrong way, ` +
      `${report.processesLeft} processes, ${report.socketsLeft} sockets, ${report.descriptorsLeaked} descriptors; ` +
      `memory ${(report.memoryGrowth / 2 ** 20).toFixed(1)} MiB more than at first`,
  ].join("\n");
}
