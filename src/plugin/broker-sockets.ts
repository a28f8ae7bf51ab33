import type { BrokerSockets } from "../go-plugin/broker/broker.ts";
import { removeOwnSocket } from "../go-plugin/socket/own-directory.ts";
import { limitCalls } from "../transport/limit-calls.ts";
import type { AroundHandlers } from "./around-handlers.ts";
import { connectionLimits } from "./connection-limits.ts";
import type { ServingMode } from "./mode/serving-mode.ts";
import type { ResolvedServeOptions } from "./serve-options.ts";

/**
 * Makes the plugin's sockets for a broker, in the place and with the certificates of its first connection.
 *
 * @param around the calls of brokered services
 * @returns `removeSockets` for an exit of the process that cannot wait, and whether it would remove one
 */
export function createBrokerSockets(
  mode: Pick<ServingMode, "listen" | "tls">,
  { transport, limits }: Pick<ResolvedServeOptions, "limits" | "transport">,
  around: AroundHandlers,
): BrokerSockets & { readonly hasSockets: () => boolean; readonly removeSockets: () => void } {
  const bounds = connectionLimits(limits);
  const limit = limitCalls(limits.maxConcurrentCalls, "caller");
  const paths = new Set<string>();
  return {
    async listen(services) {
      const server = await mode.listen({ ...bounds, ...around, services });
      const { address } = server;
      if (address.network === "unix") paths.add(address.path);
      return {
        address,
        close: async () => {
          await server.close();
          if (address.network === "unix") paths.delete(address.path);
        },
      };
    },
    dial: (address, signal) =>
      transport.dial({
        ...bounds,
        address,
        guards: [limit],
        tls: mode.tls,
        signal,
      }),
    hasSockets: () => paths.size > 0,
    removeSockets() {
      for (const path of paths) removeOwnSocket(path);
    },
  };
}
