// How long plugins take from the start of the process to the first answer, beside a bare Node and a Go plugin: as one
// bundle, from a snapshot, and as bytecode of Bun where `npm run check:bun` has installed it.
import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { pluginExecutable } from "grafana-plugin-protocol/host";
import { wholeNumber } from "../../test/helpers/whole-number.ts";
import { findGoProgram } from "../find-go-program.ts";
import { type BenchLine, formatTable, median } from "../report.ts";
import { writeRequests } from "../rpc/requests.ts";
import { runLoad } from "../rpc/run-load.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, json: { type: "boolean", default: false } },
});
const rounds = wholeNumber("--rounds", values.rounds, 1);
const root = join(import.meta.dirname, "..", "..");
const example = (name: string): string => join(root, "examples", "fast-start", name);
const source = "--conditions=grafana-plugin-protocol-source";

const found = await findGoProgram("benchrpc");
if (found === undefined)
  throw new Error("expected a Go toolchain, because a Go host starts the plugins: install Go");
const benchrpc = found;
const folder = await mkdtemp(join(tmpdir(), "grafana-plugin-protocol-start-"));
try {
  await writeRequests(folder, 1);
  report(await measure(await makePlugins()));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** By name, the command that starts each. */
async function makePlugins(): Promise<ReadonlyMap<string, readonly string[]>> {
  const bundle = join(folder, "bundle.cjs");
  await build({
    entryPoints: [example("plugin.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    conditions: ["grafana-plugin-protocol-source"],
  });
  execFileSync(process.execPath, [
    source,
    example("build-snapshot.ts"),
    example("snapshot-plugin.ts"),
    folder,
  ]);
  const plugins = new Map<string, readonly string[]>([
    ["bare node", [process.execPath, "-e", "console.log(1)"]],
    ["Go", [benchrpc, "plugin"]],
    ["bundle", [process.execPath, bundle]],
    ["snapshot", [pluginExecutable(folder, "gpx_fast")]],
  ]);
  const [bun] = globSync(join(root, ".build", "bun", "node_modules", "@oven", "bun-*", "bin", "bun{,.exe}"));
  if (bun !== undefined) {
    const executable = join(folder, "gpx_bun");
    const flags = ["build", "--compile", "--bytecode", "--minify", "--format=cjs", "--target=bun", source];
    execFileSync(bun, [...flags, example("plugin.ts"), "--outfile", executable], { stdio: "ignore" });
    plugins.set("Bun", [executable]);
  }
  return plugins;
}

/** By name, the milliseconds of each round. Each round begins with another one. */
async function measure(
  plugins: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map([...plugins.keys()].map((name): [string, number[]] => [name, []]));
  const names = [...plugins.keys()];
  for (let round = 0; round < rounds; round++) {
    for (const index of names.keys()) {
      const name = names[(index + round) % names.length] ?? "";
      const mode = name === "bare node" ? "bare" : "host";
      const flags = ["-load", "start", "-requests", folder, "-starts", "3", "--"];
      const figures = await runLoad([benchrpc, mode, ...flags, ...(plugins.get(name) ?? [])]);
      times.get(name)?.push(Object.values(figures)[0] ?? Number.NaN);
    }
  }
  return times;
}

function report(times: ReadonlyMap<string, readonly number[]>): void {
  const middle = (name: string): number => median(times.get(name) ?? []);
  const targets = [
    ["bundle", "bare node", 1.6],
    ["snapshot", "bare node", 1.2],
    ["Bun", "Go", 2.5],
  ] as const;
  if (!values.json) {
    const rows = [...times.keys()].map((name) => [
      name,
      `${middle(name).toFixed(1)} ms`,
      (middle(name) / middle("bare node")).toFixed(2),
      (middle(name) / middle("Go")).toFixed(2),
    ]);
    console.log(formatTable(["start to first answer", "median", "to bare node", "to Go"], rows));
    return;
  }
  for (const [name, other, target] of targets) {
    if (!times.has(name)) continue;
    const ratio = Number((middle(name) / middle(other)).toPrecision(3));
    const line: BenchLine = { bench: "start", case: `${name} vs ${other}`, ratio, target, better: "lower" };
    console.log(JSON.stringify(line));
  }
}
