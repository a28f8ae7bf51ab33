import { join } from "node:path";

export type Load = "calls" | "readme" | "frames" | "packets" | "mixed" | "start";

/** The host and the plugin of a pair. */
export type Pair =
  | "Go → Go"
  | "Go → ours"
  | "Go → connect-node"
  | "Go → grpc-js"
  | "ours → Go"
  | "connect-node → Go"
  | "ours → ours"
  | "raw socket"
  | "bare node";

/** With another runtime for Node: for comparison, without a target. */
export const onlyCompared: ReadonlySet<Pair> = new Set([
  "Go → connect-node",
  "Go → grpc-js",
  "connect-node → Go",
]);

/** The size of one load. */
export interface Size {
  readonly seconds: number;
  readonly packets: number;
  readonly starts: number;
}

export const fullSize: Size = { seconds: 0.8, packets: 100_000, starts: 5 };
export const quickSize: Size = { seconds: 0.05, packets: 2000, starts: 1 };

/** The folders of the programs. */
export interface Programs {
  readonly benchrpc: string;
  /** With the bundles of `buildPrograms`. */
  readonly folder: string;
  /** With the files of `writeRequests`. */
  readonly requests: string;
  /** For CPU profiles. */
  readonly profile: string | undefined;
}

/** The command that puts a load on a pair and prints the figures. */
export function commandOf(pair: Pair, load: Load, size: Size, programs: Programs): readonly string[] {
  const node = (name: string, format: "cjs" | "mjs" = "cjs"): string[] => [
    process.execPath,
    ...(programs.profile === undefined ? [] : profiled(programs.profile, `${pair} ${load} ${name}`)),
    join(programs.folder, `${name}.${format}`),
  ];
  // README's plugin is measured word for word.
  const ours = load === "readme" ? node("readme-plugin", "mjs") : node("plugin-ours");
  const goPlugin = [programs.benchrpc, "plugin"];
  const { seconds, packets, starts } = size;
  const goFlags = [
    "-load",
    load,
    "-requests",
    programs.requests,
    "-seconds",
    `${seconds}`,
    "-starts",
    `${starts}`,
  ];
  const go = (mode: "host" | "bare"): string[] => [programs.benchrpc, mode, ...goFlags, "--"];
  const nodeHost = (name: string): string[] => [
    ...node(name),
    ...["--load", load, "--seconds", `${seconds}`, "--packets", `${packets}`, "--"],
  ];
  switch (pair) {
    case "Go → Go":
      return [...go("host"), ...goPlugin];
    case "Go → ours":
      return [...go("host"), ...ours];
    case "Go → connect-node":
      return [...go("host"), ...node("plugin-connect-node")];
    case "Go → grpc-js":
      return [...go("host"), ...node("plugin-grpc-js")];
    case "ours → Go":
      return [...nodeHost("load-ours"), ...goPlugin];
    case "connect-node → Go":
      return [...nodeHost("load-connect-node"), ...goPlugin];
    case "ours → ours":
      return [...nodeHost("load-ours"), ...ours];
    case "raw socket":
      return [...nodeHost("load-raw"), ...node("raw-server")];
    case "bare node":
      return [...go("bare"), process.execPath, "-e", "console.log(1)"];
    default:
      return pair satisfies never;
  }
}

function profiled(folder: string, name: string): string[] {
  const file = `${name.replaceAll(" → ", "-to-").replaceAll(" ", ".")}.\${pid}.cpuprofile`;
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${file}`];
}
