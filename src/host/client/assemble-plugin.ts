import { setImmediate as turn } from "node:timers/promises";
import type { PluginError } from "../../errors.ts";
import type { PluginClient, ProtocolMajor } from "../../protocol.ts";
import type { CallGuard } from "../../transport/call-guard.ts";
import type { TransportConnection } from "../../transport/socket-transport.ts";
import type { BrokerTls } from "../broker/broker-sockets.ts";
import type { ResolvedConnectionOptions } from "../launch-options.ts";
import { type ConnectedPlugin, openBuiltInServices } from "./connected-plugin.ts";
import { createPluginClient } from "./create-plugin-client.ts";
import type { PeerCheck } from "./dial-checked.ts";
import { forwardStdio } from "./forward-stdio.ts";

/** What differs between connected plugins. */
interface AssembleOptions {
  /** Resolves with the reason when the plugin is gone or was detached from. */
  readonly gone: Promise<PluginError>;
  /** Around every call over a brokered connection, as around those over the first one. */
  readonly guards: readonly CallGuard[];
  /** Parent of the directories of the host's own sockets. Default the system's temporary directory. */
  readonly socketDirectory?: string | undefined;
  /** Group that may also use the host's own sockets. */
  readonly socketGroup?: string | undefined;
  readonly tls?: BrokerTls | undefined;
  /** Checks which process listens at an address that the plugin's broker announces. */
  readonly check: PeerCheck;
}

/**
 * Makes what launched and attached plugins have in common: their clients, health, services and broker. Starts reading
 * the plugin's stdio.
 *
 * @returns `released` resolves when the plugin is gone and all brokered connections are closed
 */
export async function assemblePlugin<M extends ProtocolMajor>(
  major: M,
  connection: TransportConnection,
  settings: Pick<ResolvedConnectionOptions, "interceptors" | "limits" | "onLog" | "onStdio" | "transport">,
  { gone, guards, socketDirectory, socketGroup, tls, check }: AssembleOptions,
): Promise<{ readonly members: PluginClient<M> & ConnectedPlugin; readonly released: Promise<void> }> {
  void forwardStdio(connection.transport, settings);
  const { members, released } = openBuiltInServices(connection, {
    transport: settings.transport,
    limits: settings.limits,
    interceptors: settings.interceptors,
    guards,
    socketDirectory,
    socketGroup,
    tls,
    check,
    gone,
  });
  // Yield once so that the stdio call is sent before any call of the user; otherwise a handler could print before there
  // is a reader.
  await turn();
  return { members: { ...createPluginClient(major, connection.transport), ...members }, released };
}
