import { rmSync } from "node:fs";
import type { ClientHttp2Session } from "node:http2";
import { join } from "node:path";
import type { Options } from "./options.ts";
import type { ReadLine } from "./process/read-line.ts";
import { type PluginProcess, type StartOptions, startProcess } from "./process/start-process.ts";
import { until } from "./process/until.ts";
import { callRaw, type RawAnswer, type RawCall } from "./wire/call-raw.ts";
import { openSession } from "./wire/open-session.ts";

/** A plugin that runs, with a connection to it. */
export interface RunningPlugin {
  readonly process: PluginProcess;
  readonly line: ReadLine;
  /** The error of the first attempt to connect, if another one was needed. */
  readonly firstDial: Error | undefined;
  readonly session: ClientHttp2Session;
  /** How go-plugin's stdio, which every host reads, has ended; `undefined` while it is open. */
  readonly stdio: () => RawAnswer | undefined;
  /** The same of the stream of go-plugin's broker. */
  readonly broker: () => RawAnswer | undefined;
  /** A call on that connection, in the time that the options give. */
  readonly call: (call: CallInit) => Promise<RawAnswer>;
  /** Opens another connection. */
  readonly dial: () => Promise<ClientHttp2Session | Error>;
}

/** A call without what the world knows. */
export type CallInit = Omit<RawCall, "withinMs"> & { readonly withinMs?: number };

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
  const run = async (how?: StartOptions): Promise<RunningPlugin> => {
    const plugin = await start(how);
    const line = await plugin.line(options.withinMs);
    if (line === undefined) throw new Error(describeNoLine(plugin, options.withinMs));
    let session = await openSession(line.address, options.withinMs);
    const firstDial = session instanceof Error ? session : undefined;
    const end = Date.now() + options.withinMs;
    while (session instanceof Error && plugin.exit() === undefined && Date.now() < end) {
      await until(retryMs, () => undefined);
      session = await openSession(line.address, options.withinMs);
    }
    if (session instanceof Error) {
      throw new Error(`cannot connect to the plugin at ${line.text}: ${session.message}`);
    }
    sessions.push(session);
    const opened = session;
    // As a Go host does, right after it connected.
    const held: { stdio?: RawAnswer; broker?: RawAnswer } = {};
    const hold = (name: "stdio" | "broker", rpc: string): void => {
      void callRaw(opened, {
        rpc,
        message: noBytes,
        withinMs: foreverMs,
        isHalfOpen: name === "broker",
      }).then((answer) => {
        held[name] = answer;
      });
    };
    hold("stdio", "plugin.GRPCStdio/StreamStdio");
    hold("broker", "plugin.GRPCBroker/StartStream");
    return {
      process: plugin,
      line,
      firstDial,
      session,
      stdio: () => held.stdio,
      broker: () => held.broker,
      call: (call) => callRaw(opened, { withinMs: options.withinMs, ...call }),
      dial: async () => {
        const other = await openSession(line.address, options.withinMs);
        if (!(other instanceof Error)) sessions.push(other);
        return other;
      },
    };
  };
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

const retryMs = 50;
const foreverMs = 2 ** 31 - 1;
const noBytes = Buffer.alloc(0);

function describeNoLine(plugin: PluginProcess, withinMs: number): string {
  const exit = plugin.exit();
  const how = exit === undefined ? `no handshake line within ${withinMs} ms` : describeExit(exit);
  const stderr = plugin.stderr().trim().split("\n").slice(-5).join("\n");
  return `the plugin did not get ready: ${how}${stderr === "" ? "" : `; its stderr ends with:\n${stderr}`}`;
}

/** How a process ended, for a person. */
export function describeExit(exit: ReturnType<PluginProcess["exit"]>): string {
  if (exit === undefined) return "it still runs";
  return exit.signal === null ? `exit code ${exit.code}` : `it was ended by ${exit.signal}`;
}
