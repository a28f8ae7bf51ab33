// Measures imports of the package in processes of their own: time until the import is done, and memory after it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { wholeNumber } from "../../test/helpers/whole-number.ts";
import { type BenchLine, formatTable, median } from "../report.ts";

/** The imports, by the name of the line. */
const imports: Readonly<Record<string, readonly string[]>> = {
  "./plugin": ["plugin"],
  "./plugin with connect-node": ["plugin", "transport"],
  "./host": ["host"],
  "./host with connect-node": ["host", "transport"],
  "./v2": ["v2"],
  "./frames": ["frames"],
};
/** The comparisons: ours with the same import while connect-node was the default transport. */
const compared: readonly (readonly [string, string])[] = [
  ["./plugin", "./plugin with connect-node"],
  ["./host", "./host with connect-node"],
];
const root = join(import.meta.dirname, "..", "..");

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, json: { type: "boolean", default: false } },
});
const found = measure(wholeNumber("--rounds", values.rounds, 1));
if (values.json) {
  for (const [ours, other] of compared) {
    const ratio = median(
      (found.get(ours) ?? []).map(({ ms }, round) => ms / (found.get(other)?.[round]?.ms ?? 0)),
    );
    const line: BenchLine = {
      bench: "imports",
      case: `${ours} vs with connect-node`,
      ratio: Number(ratio.toPrecision(3)),
      target: 1,
      better: "lower",
    };
    console.log(JSON.stringify(line));
  }
} else {
  const rows = [...found].map(([name, seen]) => [
    name,
    `${median(seen.map(({ ms }) => ms)).toFixed(0)} ms`,
    `${median(seen.map(({ bytes }) => bytes / 1e6)).toFixed(0)} MB`,
  ]);
  console.log(formatTable(["import", "time", "memory after it"], rows));
}

/** One process for each import and round; both sides of a comparison run one after the other. */
function measure(rounds: number): Map<string, { readonly ms: number; readonly bytes: number }[]> {
  const result = new Map(
    Object.keys(imports).map((name): [string, { ms: number; bytes: number }[]] => [name, []]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const [name, entries] of Object.entries(imports)) result.get(name)?.push(importOnce(entries));
  }
  return result;
}

function importOnce(entries: readonly string[]): { readonly ms: number; readonly bytes: number } {
  const names = entries.map((entry) => `import("grafana-plugin-protocol/${entry}")`);
  const code = `const start = performance.now(); await Promise.all([${names}]);
    console.log(JSON.stringify({ ms: performance.now() - start, bytes: process.memoryUsage.rss() }))`;
  // Where the package is its own dependency, as it is for its users: built.
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
  return JSON.parse(printed.toString());
}
