import { tmpdir } from "node:os";
import type { Interceptor } from "@connectrpc/connect";
import { messageOf, PluginError } from "../../errors.ts";
import type { BrokerSockets } from "../../go-plugin/broker/broker.ts";
import { groupId } from "../../go-plugin/group-id.ts";
import { bindOwnSocket } from "../../go-plugin/socket/bind-own-socket.ts";
import type { CallGuard } from "../../transport/call-guard.ts";
import { limitCalls } from "../../transport/limit-calls.ts";
import type {
  DialTls,
  ListenTls,
  SocketAddress,
  SocketTransport,
  TransportServer,
} from "../../transport/socket-transport.ts";
import { aroundCalls } from "../client/around-calls.ts";
import { dialChecked, type PeerCheck } from "../client/dial-checked.ts";
import type { ResolvedConnectionOptions } from "../launch-options.ts";

/** The certificates of the first connection, which brokered ones use in either direction. */
export type BrokerTls = ListenTls & DialTls;

/** How the brokered connections of a plugin are made. */
export interface BrokerSocketOptions {
  readonly transport: SocketTransport;
  readonly limits: ResolvedConnectionOptions["limits"];
  /** The caller's interceptors, also around calls over brokered connections. */
  readonly interceptors: readonly Interceptor[];
  /** Around every call over a brokered connection; the last one is closest to the wire. */
  readonly guards: readonly CallGuard[];
  /** Parent of the directories of the host's brokered sockets. Default the system's temporary directory. */
  readonly socketDirectory: string | undefined;
  /** Group that may also use them. */
  readonly socketGroup: string | undefined;
  readonly tls: BrokerTls | undefined;
  /** Checks which process listens at an address that the plugin announces. */
  readonly check: PeerCheck;
}

/** The host's sockets for a broker: unix sockets, each in a directory of its own; loopback on Windows. */
export function createBrokerSockets(
  options: BrokerSocketOptions,
): BrokerSockets & { readonly remove: () => void } {
  const { transport, limits, tls } = options;
  const { maxLogLineBytes: _, maxHandshakeLineBytes: __, maxConcurrentCalls, ...messages } = limits;
  // All brokered connections of the plugin together.
  const limitOwn = limitCalls(maxConcurrentCalls, "caller");
  const limitPlugins = limitCalls(maxConcurrentCalls, "handler");
  const removals = new Set<() => void>();
  const parent = options.socketDirectory ?? tmpdir();
  return {
    async listen(services) {
      const listen = (address: SocketAddress): Promise<TransportServer> =>
        transport.listen({
          ...messages,
          maxConcurrentStreams: maxConcurrentCalls,
          address,
          services,
          guards: [limitPlugins],
          tls,
        });
      try {
        if (process.platform === "win32") return await listen({ network: "tcp", host: "127.0.0.1", port: 0 });
        const { server, remove } = await bindOwnSocket(parent, idOf(options.socketGroup), (path) =>
          listen({ network: "unix", path }),
        );
        removals.add(remove);
        return {
          address: server.address,
          close: () =>
            server.close().finally(() => {
              removals.delete(remove);
              remove();
            }),
        };
      } catch (cause) {
        const message = messageOf(cause);
        throw new PluginError(
          "listen_failed",
          `the host cannot serve a brokered connection in "${parent}": ${message}`,
          { cause },
        );
      }
    },
    dial: (address, signal) =>
      dialChecked(address, options.check, () =>
        transport.dial({
          ...messages,
          address,
          tls,
          ...aroundCalls(options.interceptors, limitOwn, options.guards),
          signal,
          // An announcement is for one dial: later another server may listen there.
          onLost: tls === undefined ? () => {} : undefined,
        }),
      ),
    remove() {
      for (const remove of removals) remove();
    },
  };
}

function idOf(group: string | undefined): number | undefined {
  if (group === undefined) return undefined;
  const id = groupId(group);
  if (id === undefined) throw new Error(`the group "${group}" does not exist: give its number`);
  return id;
}
