import { dirname, join } from "node:path";
import { runWatched, type WatchedRun } from "../rpc/run-watched.ts";
import type { Size } from "./size.ts";

/** Calls of one plugin; the Go host has a load of the same name. `long` is `memory` with more rows. */
export type Load = "queries" | "resources" | "instances" | "chunked" | "memory" | "long";

/**
 * Who answers: the plugin on `dataSource`, the same one with the log and the metrics of the Go SDK, that on the Go SDK,
 * and the same one without its log.
 */
export type Contender = "ours" | "observed" | "Go" | "quiet Go";

/** One run of the Go host, which prints figures. `layer` and `starts` have several plugins in turn. */
export type RunName = `${Load} ${Contender}` | "layer" | "starts";

/** Where the programs are. */
export interface Programs {
  readonly benchrpc: string;
  /** With the bundles of `buildPrograms`. */
  readonly folder: string;
  /** With the files of `writeRequests`. */
  readonly requests: string;
  /** For CPU profiles. */
  readonly profile: string | undefined;
}

/** The plugins of the run `starts`, in the order of its figures `first 1`, `first 2` and so on. */
export const startedPlugins = ["bare", "plain schemas", "zod", "Go"] as const;

/** Runs one and gives what it printed. */
export async function run(name: RunName, size: Size, programs: Programs): Promise<WatchedRun> {
  return await runWatched(commandOf(name, size, programs));
}

function commandOf(name: RunName, { seconds, starts }: Size, programs: Programs): readonly string[] {
  const { benchrpc, requests } = programs;
  const goPlugin = join(dirname(benchrpc), "benchsdk");
  const ours = (program: string): string[] => node(program, name, programs);
  const host = (load: string): string[] => [
    ...[benchrpc, "host", "-load", `sdk-${load}`, "-requests", requests],
    ...["-seconds", `${seconds}`, "-starts", `${starts}`, "--"],
  ];
  if (name === "layer") return [...host(name), ...ours("plugin-bare"), "--", ...ours("plugin-sdk")];
  if (name === "starts") {
    return [
      ...host(name),
      ...[...ours("plugin-bare"), "--", ...ours("plugin-plain-schemas"), "--", ...ours("plugin-sdk")],
      ...["--", goPlugin],
    ];
  }
  const load = name.slice(0, name.indexOf(" "));
  if (name.endsWith(" ours")) return [...host(load), ...ours("plugin-sdk")];
  if (name.endsWith(" observed")) return [...host(load), ...ours("plugin-observed")];
  return [...host(load), goPlugin, ...(name.endsWith(" quiet Go") ? ["quiet"] : [])];
}

function node(program: string, name: string, { folder, profile }: Programs): string[] {
  return [
    process.execPath,
    ...(profile === undefined ? [] : profiled(profile, `${name} ${program}`)),
    join(folder, `${program}.cjs`),
  ];
}

function profiled(folder: string, name: string): string[] {
  const file = `${name.replaceAll(" ", ".")}.\${pid}.cpuprofile`;
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${file}`];
}
