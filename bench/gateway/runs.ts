import { join } from "node:path";
import { runWatched, type WatchedRun } from "../rpc/run-watched.ts";
import type { Size } from "./size.ts";

/** Requests of one kind, by all contenders in turn; `test/go/cmd/benchgateway` has a load of the same name. */
export type RunName = "answers" | "chunks" | "live" | "queries" | "resources";

/**
 * Who answers: `serveGateway`, the gateway in Go, and for the queries a bare server of node:http that has no plugin. The
 * figures of a run end with their place here, from 1.
 */
export const contenders = ["ours", "Go", "bare"] as const;

/** Where the programs are. */
export interface Programs {
  readonly benchgateway: string;
  /** `test/go/tools/centrifuge`, which serves streams in Go. */
  readonly centrifuge: string;
  /** With the bundles of `buildPrograms`. */
  readonly folder: string;
  /** For CPU profiles. */
  readonly profile: string | undefined;
}

/** Starts the gateways with their plugins, puts the load on each in turn, and gives what it printed. */
export async function run(name: RunName, size: Size, programs: Programs): Promise<WatchedRun> {
  return await runWatched(commandOf(name, size, programs));
}

function commandOf(name: RunName, size: Size, programs: Programs): readonly string[] {
  const { benchgateway, centrifuge, folder } = programs;
  const { seconds, rows, isQuick } = size;
  const pace = join(folder, "pace");
  const load = [benchgateway, "load", "-load", name, "-seconds", `${seconds}`, "-rows", `${rows}`];
  const plugin = (place: number): string[] => [benchgateway, "plugin", `${pace}-${place}`];
  const inGo = name === "live" ? [centrifuge] : [benchgateway, "serve"];
  return [
    ...load,
    ...(isQuick ? ["-quick"] : []),
    ...["-pace", pace],
    ...["--", ...node("gateway", name, programs), ...plugin(1)],
    ...["--", ...inGo, ...plugin(2)],
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
