import { dirname, join } from "node:path";
import { runWatched, type WatchedRun } from "../rpc/run-watched.ts";
import type { FieldCount, Size } from "./size.ts";

/** Who calls whom. */
export type Pair = "Go → Go" | "Go → ours" | "ours → Go";
export type Operation = "encode" | "decode" | "write JSON" | "read JSON";
type Side = "ours" | "Go";

/** One run of a program that prints figures. Runs of one group are compared, and run one after the other. */
export type RunName =
  | `crowd ${Pair}`
  | `metadata ${Pair}`
  | `streams ${Pair}`
  | `stops ${Pair}`
  | `signal ${"read" | "not read" | "Go"}`
  | `start ${"bare" | "ours" | "README" | "Go"}`
  | `beside ${Side}`
  | `${Operation}, ${FieldCount} fields ${Side}`
  | `encode plain ${Side}`;

/** Where the programs are. */
export interface Programs {
  readonly benchrpc: string;
  /** With the bundles of `buildPrograms`. */
  readonly folder: string;
  /** With the files of `writeRequests`. */
  readonly requests: string;
  /** With the frames of `writeFrames`. */
  readonly frames: string;
  /** For CPU profiles. */
  readonly profile: string | undefined;
}

/** Long tables take long: the first round alone has them. */
export const onlyOnce: ReadonlySet<string> = new Set<RunName>(["encode plain ours", "encode plain Go"]);

/** Measured runs of a long table, behind those of the warm-up. */
const longRuns = 1;

/** Runs one and gives what it printed. */
export async function run(name: RunName, size: Size, programs: Programs): Promise<WatchedRun> {
  const [last = ""] = name.split(" ").slice(-1);
  if (name.includes(" fields ")) return await runFields(name, last, size, programs);
  return await runWatched(commandOf(name, size, programs));
}

/** The file of a frame without its extension, as the Go program names it. */
function frameFile(frames: string, fields: number): string {
  return join(frames, `frame-${fields} fields`);
}

async function runFields(name: string, side: string, size: Size, programs: Programs): Promise<WatchedRun> {
  const [operation = "", rest = ""] = name.split(", ");
  const fields = size.fields[rest.split(" ")[0] as FieldCount];
  const runs = String(size.runs);
  if (side === "Go") {
    const flags = ["-fields", String(fields), "-rows", "10", "-runs", runs, "-only", `^${operation} `];
    return await runWatched([benchframes(programs), ...flags]);
  }
  return await runWatched([
    ...node("measure-frames", name, programs),
    ...[frameFile(programs.frames, fields), operation, runs],
  ]);
}

function commandOf(name: RunName, size: Size, programs: Programs): readonly string[] {
  const { benchrpc } = programs;
  const goPlugin = [benchrpc, "plugin"];
  const plugin = node("plugin", name, programs);
  const readme = node("plugin-readme", name, programs);
  const flags = ["-seconds", `${size.seconds}`, "-starts", `${size.starts}`, "-plugins", `${size.plugins}`];
  const goHost = (load: string): string[] => [
    ...[benchrpc, "host", "-load", load, "-requests", programs.requests],
    ...[...flags, "--"],
  ];
  const nodeHost = (load: string): string[] => [
    ...node("host", name, programs),
    ...["--load", load, ...flags.map((flag) => flag.replace(/^-/, "--")), "--"],
  ];
  switch (name) {
    case "crowd Go → Go":
    case "metadata Go → Go":
    case "streams Go → Go":
    case "stops Go → Go":
      return [...goHost(loadOf(name)), ...goPlugin];
    case "crowd Go → ours":
    case "metadata Go → ours":
    case "streams Go → ours":
    case "stops Go → ours":
      return [...goHost(loadOf(name)), ...plugin];
    case "crowd ours → Go":
    case "metadata ours → Go":
    case "streams ours → Go":
    case "stops ours → Go":
      return [...nodeHost(loadOf(name)), ...goPlugin];
    case "signal read":
      return [...goHost("signal"), ...readme];
    case "signal not read":
      return [...goHost("signal"), ...readme, "no-signal"];
    case "signal Go":
      return [...goHost("signal"), ...goPlugin];
    case "start bare":
      return [benchrpc, "bare", ...flags, "--", process.execPath, "-e", "console.log(1)"];
    case "start ours":
      return [...goHost("start"), ...plugin];
    case "start README":
      return [...goHost("start"), ...readme];
    case "start Go":
      return [...goHost("start"), ...goPlugin];
    case "beside ours":
      return [...goHost("beside"), ...plugin];
    case "beside Go":
      return [...goHost("beside"), ...goPlugin];
    case "encode plain ours":
      return [
        ...node("measure-frames", name, programs),
        ...[String(size.rows), "encode plain", String(longRuns)],
      ];
    case "encode plain Go":
      return [
        ...[benchframes(programs), "-rows", String(size.rows), "-runs", String(longRuns)],
        ...["-only", "^encode "],
      ];
    default:
      throw new Error(`no command for "${name}"`);
  }
}

function loadOf(name: string): string {
  return name.slice(0, name.indexOf(" "));
}

function node(program: string, name: string, { folder, profile }: Programs): string[] {
  return [
    process.execPath,
    ...(profile === undefined ? [] : profiled(profile, `${name} ${program}`)),
    join(folder, `${program}.cjs`),
  ];
}

function benchframes({ benchrpc }: Programs): string {
  return join(dirname(benchrpc), "benchframes");
}

function profiled(folder: string, name: string): string[] {
  const file = `${name.replaceAll(" → ", "-to-").replaceAll(/[ ,]+/g, ".")}.\${pid}.cpuprofile`;
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${file}`];
}
