import { join } from "node:path";
import { runWatched, type WatchedRun } from "../rpc/run-watched.ts";
import type { Size } from "./size.ts";

/** Requests of one kind, by all contenders in turn; `test/go/cmd/benchgateway` has a load of the same name. */
export type RunName = "answers" | "chunks" | "queries" | "resources";

/**
 * Who answers: `serveGateway`, the gateway in Go, and for the queries a bare server of node:http that has no plugin. The
 * figures of a run end with their place here, from 1.
 */
export const contenders = ["ours", "Go", "bare"] as const;

/** Where the programs are. */
export interface Programs {
  readonly benchgateway: string;
  /** With the bundles of `buildPrograms`. */
  readonly folder: string;
  /** For CPU profiles. */
  readonly profile: string | undefined;
}

/** Starts the gateways with their plugins, puts the load on each in turn, and gives what it printed. */
export async function run(name: RunName, size: Size, programs: Programs): Promise<WatchedRun> {
  return await runWatched(commandOf(name, size, programs));
}

function commandOf(name: RunName, { seconds, rows, isQuick }: Size, programs: Programs): readonly string[] {
  const { benchgateway } = programs;
  const plugin = [benchgateway, "plugin"];
  return [
    ...[benchgateway, "load", "-load", name, "-seconds", `${seconds}`, "-rows", `${rows}`],
    ...(isQuick ? ["-quick"] : []),
    ...["--", ...node("gateway", name, programs), ...plugin],
    ...["--", benchgateway, "serve", ...plugin],
    ...(name === "queries" ? ["--", ...node("bare", name, programs)] : []),
  ];
}

function node(program: string, name: string, { folder, profile }: Programs): string[] {
  const file = `${program}.${name}.\${pid}.cpuprofile`;
  return [
    process.execPath,
    ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${file}`]),
    join(folder, `${program}.cjs`),
  ];
}
