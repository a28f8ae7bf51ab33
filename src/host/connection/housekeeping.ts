import type { Interceptor } from "@connectrpc/connect";
import { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import type { PluginError } from "../../errors.ts";
import { type Broker, createBroker } from "../../goplugin/broker/broker.ts";
import { runBrokerStream } from "../../goplugin/broker/broker-stream.ts";
import { type ListServicesOptions, listServices } from "../../goplugin/services/list-services.ts";
import { type HealthOptions, type HealthStatus, pingPlugin } from "../../goplugin/services/ping-plugin.ts";
import type { SocketTransport, TransportConnection } from "../../transport/socket-transport.ts";
import type { ResolvedConnectionOptions } from "../launch-options.ts";
import { type BrokerTls, createBrokerSockets } from "./broker-sockets.ts";
import { createServiceClient } from "./create-plugin-client.ts";
import type { PeerCheck } from "./dial-checked.ts";

/** What every connected plugin has beside its own services: go-plugin's housekeeping. */
export interface PluginHousekeeping {
  /** Further connections: servers of the host that the plugin dials, and servers of the plugin that the host dials. */
  readonly broker: Broker;
  /**
   * Asks whether the plugin is there. Resolves with what it says of itself, also when it has no health service, for
   * any answer is a sign of life.
   *
   * @throws ConnectError when there is no answer: `DeadlineExceeded` from a plugin that hangs, `Unavailable` from one
   *   that has gone, `Canceled`.
   */
  health(options?: HealthOptions): Promise<HealthStatus>;
  /**
   * The full names of all services that the plugin has, by gRPC reflection; `undefined` when it has no reflection, as
   * most plugins that are not written in Go.
   *
   * @throws ConnectError when there is no answer.
   */
  services(options?: ListServicesOptions): Promise<readonly string[] | undefined>;
}

/** Where brokered connections of a plugin come from, and when they end. */
export interface HousekeepingOptions {
  readonly transport: SocketTransport;
  readonly limits: ResolvedConnectionOptions["limits"];
  /** The caller's, around the calls over brokered connections too. */
  readonly interceptors: readonly Interceptor[];
  /** Closest to the wire of every connection. */
  readonly guard: Interceptor;
  /** In which the host's brokered sockets have their directories. Default the system's temporary one. */
  readonly socketDirectory: string | undefined;
  /** Group that may use them, too. */
  readonly socketGroup: string | undefined;
  readonly tls: BrokerTls | undefined;
  /** Checks what listens at an address that the plugin announces. */
  readonly check: PeerCheck;
  /** Resolves with the reason when the plugin is gone, or let go of. */
  readonly gone: Promise<PluginError>;
}

/**
 * Opens the broker's stream and makes the members.
 *
 * @returns `ended` resolves when the plugin is gone and nothing brokered is left
 */
export function startHousekeeping(
  { transport }: TransportConnection,
  options: HousekeepingOptions,
): { readonly members: PluginHousekeeping; readonly ended: Promise<void> } {
  const sockets = createBrokerSockets(options);
  const end = createBroker(sockets);
  const leave = new AbortController();
  void runBrokerStream(end, createServiceClient(GRPCBroker, transport), leave.signal);
  const ended = options.gone.then(async (reason) => {
    await end.close(reason);
    leave.abort(reason);
    sockets.remove();
  });
  return {
    members: {
      broker: end.broker,
      health: (each) => pingPlugin(transport, each),
      services: (each) => listServices(transport, each),
    },
    ended,
  };
}
