import { join } from "node:path";
import { runWatched, type WatchedRun } from "../rpc/run-watched.ts";
import type { Size } from "./size.ts";

/** Requests of one kind; `test/go/cmd/benchgateway` has a load of the same name. */
export type Load = "answers" | "chunks" | "queries" | "resources";

/** Who answers: `serveGateway`, the gateway in Go, or a bare server of node:http that has no plugin. */
export type RunName = `${Load} ${"Go" | "ours"}` | "queries bare";

/** Where the programs are. */
export interface Programs {
  readonly benchgateway: string;
  /** With the bundles of `buildPrograms`. */
  readonly folder: string;
  /** For CPU profiles. */
  readonly profile: string | undefined;
}

/** Starts a gateway with its plugin, puts the load on it, and gives what it printed. */
export async function run(name: RunName, size: Size, programs: Programs): Promise<WatchedRun> {
  return await runWatched(commandOf(name, size, programs));
}

function commandOf(name: RunName, { seconds, rows }: Size, programs: Programs): readonly string[] {
  const { benchgateway } = programs;
  const [load = "", contender = ""] = name.split(" ");
  return [
    ...[benchgateway, "load", "-load", contender === "bare" ? "bare" : load],
    ...["-seconds", `${seconds}`, "-rows", `${rows}`, "--"],
    ...(contender === "Go"
      ? [benchgateway, "serve", benchgateway, "plugin"]
      : contender === "bare"
        ? node("bare", name, programs)
        : [...node("gateway", name, programs), benchgateway, "plugin"]),
  ];
}

function node(program: string, name: string, { folder, profile }: Programs): string[] {
  const file = `${name.replaceAll(" ", ".")}.\${pid}.cpuprofile`;
  return [
    process.execPath,
    ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${file}`]),
    join(folder, `${program}.cjs`),
  ];
}
