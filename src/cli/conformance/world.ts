import { rmSync } from "node:fs";
import type { ClientHttp2Session } from "node:http2";
import { join } from "node:path";
import { connectPlugin, type RunningPlugin } from "./connect-plugin.ts";
import type { Options } from "./options.ts";
import { type PluginProcess, type StartOptions, startProcess } from "./process/start-process.ts";

/** What checks have in hand. */
export interface World {
  readonly options: Options;
  /**
   * Starts a plugin; it is killed when the check ends.
   *
   * @throws Error when the system cannot start it
   */
  readonly start: (options?: StartOptions) => Promise<PluginProcess>;
  /**
   * Starts a plugin and connects to it.
   *
   * @throws Error when it does not get ready in time, with the end of its stderr
   */
  readonly run: (options?: StartOptions) => Promise<RunningPlugin>;
  /** The plugin that checks of calls share, with major 2 if it has that. */
  readonly shared: () => Promise<RunningPlugin>;
  /** The result of `make`, which runs once in the world. */
  readonly once: <T>(key: string, make: () => Promise<T>) => Promise<T>;
  /** Ends what a check started; the shared plugin stays. */
  readonly endCheck: () => void;
  /** Ends everything. */
  readonly end: () => Promise<void>;
}

/** Makes the world of one run. `folder` is removed when it ends. */
export function createWorld(options: Options, folder: string): World {
  const started: PluginProcess[] = [];
  const sessions: ClientHttp2Session[] = [];
  const memory = new Map<string, Promise<unknown>>();
  let sharedPlugin: Promise<RunningPlugin> | undefined;
  let sharedProcess: PluginProcess | undefined;
  let starts = 0;

  const start = async (how?: StartOptions): Promise<PluginProcess> => {
    starts += 1;
    const plugin = await startProcess(options.command, join(folder, String(starts)), how);
    if (plugin instanceof Error) throw new Error(`the plugin cannot be started: ${plugin.message}`);
    started.push(plugin);
    return plugin;
  };
  const run = async (how?: StartOptions): Promise<RunningPlugin> =>
    connectPlugin(await start(how), options, (session) => sessions.push(session));
  const endAllBut = (kept: PluginProcess | undefined, keptSession: ClientHttp2Session | undefined): void => {
    for (const session of sessions.splice(0)) if (session !== keptSession) session.destroy();
    for (const plugin of started.splice(0)) if (plugin !== kept) plugin.kill();
    if (keptSession !== undefined) sessions.push(keptSession);
    if (kept !== undefined) started.push(kept);
  };
  let sharedSession: ClientHttp2Session | undefined;
  return {
    options,
    start,
    run,
    shared: () => {
      const isUsable = sharedProcess?.exit() === undefined && sharedSession?.destroyed === false;
      if (sharedPlugin === undefined || (sharedSession !== undefined && !isUsable)) {
        sharedPlugin = run({ versions: "2" });
        sharedSession = undefined;
        sharedPlugin.then(
          (plugin) => {
            sharedProcess = plugin.process;
            sharedSession = plugin.session;
          },
          () => {},
        );
      }
      return sharedPlugin;
    },
    once: <T>(key: string, make: () => Promise<T>) => {
      const known = memory.get(key) ?? make();
      memory.set(key, known);
      return known as Promise<T>;
    },
    endCheck: () => endAllBut(sharedProcess, sharedSession),
    end: async () => {
      const all = [...started];
      endAllBut(undefined, undefined);
      await Promise.all(all.map((plugin) => plugin.ended(options.stopWithinMs)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
