import { PluginError } from "../../errors.ts";
import type { HostEnvironment } from "../../goplugin/handshake/environment.ts";
import type { ListenOptions, SocketTransport, TransportServer } from "../../transport/socket-transport.ts";
import { listenAddresses } from "./listen-address.ts";
import { listenUnix } from "./listen-unix.ts";

/**
 * Listens where the host wants it.
 *
 * @throws PluginError `listen_failed` with the system's reason.
 */
export async function listenForHost(
  transport: SocketTransport,
  network: "unix" | "tcp",
  host: HostEnvironment,
  options: Omit<ListenOptions, "address">,
): Promise<TransportServer> {
  let failure: unknown;
  for (const address of listenAddresses(network, host)) {
    try {
      if (address.network === "tcp") return await transport.listen({ ...options, address });
      return await listenUnix(transport, address.path, host.unixSocketGroup, options);
    } catch (cause) {
      if (cause instanceof PluginError) throw cause;
      failure = cause;
    }
  }
  const reason = failure instanceof Error ? failure.message : "the host gave an empty port range";
  throw new PluginError(
    "listen_failed",
    `${reason}: check PLUGIN_UNIX_SOCKET_DIR, or PLUGIN_MIN_PORT and PLUGIN_MAX_PORT`,
    {
      cause: failure,
    },
  );
}
