import type { ClientHttp2Session } from "node:http2";
import type { Options } from "./options.ts";
import { describeExit } from "./process/describe-exit.ts";
import type { ReadLine } from "./process/read-line.ts";
import type { PluginProcess } from "./process/start-process.ts";
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

const retryMs = 50;
const foreverMs = 2 ** 31 - 1;
const noBytes = Buffer.alloc(0);

/**
 * Waits for the handshake line of a plugin, and connects to it as a Go host does.
 *
 * @param onSession called with each connection that was opened
 * @throws Error when it does not get ready in time, with the end of its stderr
 */
export async function connectPlugin(
  plugin: PluginProcess,
  { withinMs }: Options,
  onSession: (session: ClientHttp2Session) => void,
): Promise<RunningPlugin> {
  const line = await plugin.line(withinMs);
  if (line === undefined) throw new Error(describeNoLine(plugin, withinMs));
  let session = await openSession(line.address, withinMs);
  const firstDial = session instanceof Error ? session : undefined;
  const end = Date.now() + withinMs;
  while (session instanceof Error && plugin.exit() === undefined && Date.now() < end) {
    await until(retryMs, () => undefined);
    session = await openSession(line.address, withinMs);
  }
  if (session instanceof Error) {
    throw new Error(`cannot connect to the plugin at ${line.text}: ${session.message}`);
  }
  onSession(session);
  const opened = session;
  return {
    process: plugin,
    line,
    firstDial,
    session,
    ...holdStreams(opened),
    call: (call) => callRaw(opened, { withinMs, ...call }),
    dial: async () => {
      const other = await openSession(line.address, withinMs);
      if (!(other instanceof Error)) onSession(other);
      return other;
    },
  };
}

/** Opens go-plugin's streams, as a Go host does right after it connected. */
function holdStreams(session: ClientHttp2Session): Pick<RunningPlugin, "broker" | "stdio"> {
  const held: { stdio?: RawAnswer; broker?: RawAnswer } = {};
  const hold = (name: "stdio" | "broker", rpc: string): void => {
    const isHalfOpen = name === "broker";
    void callRaw(session, { rpc, message: noBytes, withinMs: foreverMs, isHalfOpen }).then((answer) => {
      held[name] = answer;
    });
  };
  hold("stdio", "plugin.GRPCStdio/StreamStdio");
  hold("broker", "plugin.GRPCBroker/StartStream");
  return { stdio: () => held.stdio, broker: () => held.broker };
}

function describeNoLine(plugin: PluginProcess, withinMs: number): string {
  const exit = plugin.exit();
  const how = exit === undefined ? `no handshake line within ${withinMs} ms` : describeExit(exit);
  const stderr = plugin.stderr().trim().split("\n").slice(-5).join("\n");
  return `the plugin did not get ready: ${how}${stderr === "" ? "" : `; its stderr ends with:\n${stderr}`}`;
}
