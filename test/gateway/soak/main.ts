import { parseArgs } from "node:util";
import { formatTable } from "../../../bench/report.ts";
import { wholeNumber } from "../../helpers/whole-number.ts";
import { type GatewaySample, judgesMemory, runGatewaySoak } from "./run-gateway-soak.ts";

/**
 * Puts a mixed load, streams of Live included, on a gateway while its plugins are killed, and says what is there meanwhile:
 * `npm run soak:gateway -- [--seconds 60] [--slices 24] [--requests 100] [--seed 1] [--json]`. Exits with 1 when a request
 * is lost, something is left, or memory grows. With `--json` the last line is the report.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    slices: { type: "string", default: "24" },
    requests: { type: "string", default: "100" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
// An `exit` ends the plugins, too.
process.once("SIGINT", () => process.exit(130));
const report = await runGatewaySoak({
  seconds: wholeNumber("--seconds", values.seconds),
  slices: wholeNumber("--slices", values.slices, 1),
  requests: wholeNumber("--requests", values.requests, 1),
  seed: wholeNumber("--seed", values.seed ?? String(Date.now() % 2 ** 31)),
  onSample: process.stderr.isTTY ? (sample) => console.error(row(sample).join(" | ")) : undefined,
});
if (values.json) console.log(JSON.stringify(report));
else {
  const head = [
    "requests",
    "kills",
    "failed by them",
    "packets",
    "resumed",
    "memory",
    "descriptors",
    "processes",
    "sockets",
  ];
  console.log(formatTable(head, report.samples.map(row)));
  console.log(`seed ${report.seed}: ${JSON.stringify(report.kinds)}`);
  if (!report.hasGo) console.log("without a plugin in Go: there is no Go toolchain");
  if (!judgesMemory(report)) console.log("too few samples to judge memory: take more slices");
  console.log(report.complaints.length === 0 ? "nothing lost, nothing left, nothing grows" : "lost:");
}
for (const line of report.complaints) (values.json ? console.error : console.log)(line);
process.exitCode = report.complaints.length === 0 ? 0 : 1;

function row(sample: GatewaySample): string[] {
  const { requests, kills, failed, packets, resumptions, bytes, descriptors, processes, sockets } = sample;
  return [
    ...[requests, kills, failed, packets, resumptions].map((count) => count.toLocaleString("en")),
    `${(bytes / 2 ** 20).toFixed(2)} MiB`,
    ...[descriptors, processes, sockets].map(String),
  ];
}
