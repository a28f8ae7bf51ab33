import { parseArgs } from "node:util";
import { formatTable } from "../../bench/report.ts";
import { wholeNumber } from "../helpers/whole-number.ts";
import type { Sample } from "./find-growth.ts";
import { judgesMemory, runSoak } from "./run-soak.ts";

/**
 * Launches, attaches and calls for minutes, and says what is there meanwhile:
 * `npm run soak -- [--seconds 300] [--launches 1000] [--attachments 3000] [--json]`. Exits with 1 when something grows.
 * With `--json` the last line is the report.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    launches: { type: "string", default: "1000" },
    attachments: { type: "string", default: "3000" },
    json: { type: "boolean", default: false },
  },
});
// An `exit` ends the plugins, too.
process.once("SIGINT", () => process.exit(130));
const report = await runSoak({
  seconds: wholeNumber("--seconds", values.seconds),
  launches: wholeNumber("--launches", values.launches, 1),
  attachments: wholeNumber("--attachments", values.attachments, 1),
  onSample: process.stderr.isTTY ? (sample) => console.error(row(sample).join(" | ")) : undefined,
});
const head = ["s", "launches", "attachments", "calls", "host heap + external", "host memory"];
const counted = ["descriptors", "processes", "sockets", "plugin heap + external", "plugin descriptors"];
if (values.json) console.log(JSON.stringify(report));
else {
  console.log(formatTable([...head, ...counted], report.samples.map(row)));
  if (!report.hasGo) console.log("without plugins in Go: there is no Go toolchain");
  if (!judgesMemory(report)) console.log("too few samples to judge memory: take more launches");
  console.log(report.growth.length === 0 ? "nothing grows" : "what grows:");
}
for (const line of report.growth) (values.json ? console.error : console.log)(line);
process.exitCode = report.growth.length === 0 ? 0 : 1;

function row({ seconds, launches, attachments, calls, host, plugin }: Sample): string[] {
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  return [
    seconds.toFixed(0),
    ...[launches, attachments, calls].map((count) => count.toLocaleString("en")),
    ...[megabytes(host.bytes), megabytes(host.residentBytes)],
    ...[host.descriptors, host.processes, host.sockets].map(String),
    ...[megabytes(plugin.bytes), String(plugin.descriptors)],
  ];
}
