import { setImmediate as turn } from "node:timers/promises";
import type { Interceptor } from "@connectrpc/connect";
import type { PluginError } from "../../errors.ts";
import type { PluginClient, ProtocolMajor } from "../../protocol.ts";
import type { TransportConnection } from "../../transport/socket-transport.ts";
import type { ResolvedConnectionOptions } from "../launch-options.ts";
import type { BrokerTls } from "./broker-sockets.ts";
import { createPluginClient } from "./create-plugin-client.ts";
import type { PeerCheck } from "./dial-checked.ts";
import { forwardStdio } from "./forward-stdio.ts";
import { type PluginHousekeeping, startHousekeeping } from "./housekeeping.ts";

/** What is special about a connected plugin. */
export interface AssembleOptions {
  /** Resolves with the reason when the plugin is gone, or let go of. */
  readonly gone: Promise<PluginError>;
  /** Goes around every call over a brokered connection, as around those over the first one. */
  readonly guard: Interceptor;
  /** In which the host's own sockets have their directories. Default the system's temporary one. */
  readonly socketDirectory?: string | undefined;
  /** Group that may use the host's own sockets, too. */
  readonly socketGroup?: string | undefined;
  readonly tls?: BrokerTls | undefined;
  /** Checks what listens at an address that the plugin's broker announces. */
  readonly check: PeerCheck;
}

/**
 * What launched and attached plugins have in common: their clients, health, services and broker; and reading what they
 * print begins.
 *
 * @returns `ended` resolves when the plugin is gone and nothing brokered is left
 */
export async function assemblePlugin<M extends ProtocolMajor>(
  major: M,
  connection: TransportConnection,
  settings: Pick<ResolvedConnectionOptions, "interceptors" | "limits" | "onLog" | "onStdio" | "transport">,
  { gone, guard, socketDirectory, socketGroup, tls, check }: AssembleOptions,
): Promise<{ readonly members: PluginClient<M> & PluginHousekeeping; readonly ended: Promise<void> }> {
  void forwardStdio(connection.transport, settings);
  const { members, ended } = startHousekeeping(connection, {
    transport: settings.transport,
    limits: settings.limits,
    interceptors: settings.interceptors,
    guard,
    socketDirectory,
    socketGroup,
    tls,
    check,
    gone,
  });
  // The call for stdio is on its way before anybody can make another one: what a handler prints has its reader.
  await turn();
  return { members: { ...createPluginClient(major, connection.transport), ...members }, ended };
}
