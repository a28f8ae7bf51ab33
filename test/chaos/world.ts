import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LaunchedPlugin, LaunchOptions } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import type { Command } from "../../scripts/languages/language.ts";
import type { Random } from "../fuzz/random.ts";
import { fixturePlugin } from "../helpers/launch.ts";
import { until } from "../helpers/until.ts";
import type { Ledger } from "./ledger.ts";

export type Plugin = LaunchedPlugin<typeof v2>;
export type Options = LaunchOptions<readonly [typeof v2]>;

/** What a fault works with. */
export interface World {
  readonly random: Random;
  readonly ledger: Ledger;
  /** The Go fixture plugin, where there is a Go toolchain. */
  readonly goPlugin: string | undefined;
  /** A plugin from outside to break in place of the fixtures, with the path of a stream of it that does not end. */
  readonly given?: { readonly plugin: Command; readonly stream: string } | undefined;
  /** The temporary directory of everything that is started. */
  readonly directory: string;
  /** A new name for a file. */
  readonly newName: () => string;
  /** Options for the host that hold for the whole run, such as its transport. */
  readonly hostOptions: Partial<Options>;
}

/** One kind of fault: `inject` does it once, waits for all that it started, and closes it. */
export interface Fault {
  readonly name: string;
  readonly inject: (world: World) => Promise<void>;
  /** Why it cannot be done here; absent when it can. */
  readonly unavailable?: (() => Promise<string | undefined>) | undefined;
}

/** The options that start the given plugin, else the TypeScript fixture, or, where there is one and chance says so, the Go fixture. */
export function anyPlugin(world: World, ...args: string[]): Options {
  const { goPlugin, random, hostOptions, given } = world;
  if (given !== undefined) return givenOrTypescriptPlugin(world);
  if (goPlugin !== undefined && random.oneIn(2)) {
    return { ...hostOptions, command: goPlugin, args, protocols: [v2] };
  }
  return typescriptPlugin(world, ...args);
}

/** The options that start the given plugin, else the TypeScript fixture. */
export function givenOrTypescriptPlugin(world: World): Options {
  const { given, hostOptions } = world;
  if (given === undefined) return typescriptPlugin(world);
  return { ...hostOptions, ...given.plugin, protocols: [v2] };
}

export function typescriptPlugin({ hostOptions }: World, ...args: string[]): Options {
  return { ...hostOptions, ...fixturePlugin(...args), protocols: [v2] };
}

/** The same options, and the pid of the process as soon as there is one: before the handshake. */
export async function withEarlyPid(
  world: World,
  options: Options,
): Promise<{ options: Options; pid: () => Promise<number> }> {
  const file = join(world.directory, world.newName());
  await writeFile(file, "");
  const script = 'echo $$ > "$0"; exec "$@"';
  return {
    options: {
      ...options,
      command: "/bin/sh",
      args: ["-c", script, file, options.command, ...(options.args ?? [])],
    },
    pid: () => until("the plugin has a pid", async () => Number(await readFile(file, "utf8")) || undefined),
  };
}

/** Kills a process that may just have ended by itself, which the outcome of its calls tells. */
export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was faster.
  }
}

/** Ends the plugin, which never rejects. */
export async function closeQuickly(plugin: Plugin): Promise<void> {
  await plugin.close({ graceMs: 300 });
}
