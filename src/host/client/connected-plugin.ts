import { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import type { PluginError } from "../../errors.ts";
import { type Broker, createBroker } from "../../go-plugin/broker/broker.ts";
import { runBrokerStream } from "../../go-plugin/broker/broker-stream.ts";
import { type ListServicesOptions, listServices } from "../../go-plugin/services/list-services.ts";
import { type HealthOptions, type HealthStatus, pingPlugin } from "../../go-plugin/services/ping-plugin.ts";
import type { TransportConnection } from "../../transport/socket-transport.ts";
import { type BrokerSocketOptions, createBrokerSockets } from "../broker/broker-sockets.ts";
import { createServiceClient } from "./create-plugin-client.ts";

/** go-plugin's own services, which every connected plugin has in addition to the services of its major. */
export interface ConnectedPlugin {
  /** Further connections: servers of the host that the plugin dials, and servers of the plugin that the host dials. */
  readonly broker: Broker;
  /**
   * Pings the plugin and resolves with its health status. Resolves also when the plugin has no health service, because
   * any answer is a sign of life.
   *
   * @throws ConnectError when there is no answer: `DeadlineExceeded` if the plugin hangs, `Unavailable` if it has
   *   exited, `Canceled`.
   */
  health(options?: HealthOptions): Promise<HealthStatus>;
  /**
   * The full names of all services that the plugin has, by gRPC reflection; `undefined` if it has no reflection, like
   * most plugins that are not written in Go.
   *
   * @throws ConnectError when there is no answer.
   */
  services(options?: ListServicesOptions): Promise<readonly string[] | undefined>;
}

/** How brokered connections of a plugin are made, and when they end. */
interface BuiltInServicesOptions extends BrokerSocketOptions {
  /** Resolves with the reason when the plugin is gone or was detached from. */
  readonly gone: Promise<PluginError>;
}

/**
 * Opens the broker's stream and makes the members.
 *
 * @returns `released` resolves when the plugin is gone and all brokered connections are closed
 */
export function openBuiltInServices(
  { transport }: TransportConnection,
  options: BuiltInServicesOptions,
): { readonly members: ConnectedPlugin; readonly released: Promise<void> } {
  const sockets = createBrokerSockets(options);
  const side = createBroker(sockets);
  const leave = new AbortController();
  void runBrokerStream(side, createServiceClient(GRPCBroker, transport), leave.signal);
  const released = options.gone.then(async (reason) => {
    await side.close(reason);
    leave.abort(reason);
    sockets.remove();
  });
  return {
    members: {
      broker: side.broker,
      health: (each) => pingPlugin(transport, each),
      services: (each) => listServices(transport, each),
    },
    released,
  };
}
