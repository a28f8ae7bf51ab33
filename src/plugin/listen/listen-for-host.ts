import { PluginError } from "../../errors.ts";
import type { HostEnvironment } from "../../go-plugin/handshake/environment.ts";
import type { ListenOptions, SocketTransport, TransportServer } from "../../transport/socket-transport.ts";
import { listenUnix } from "./listen-unix.ts";

/**
 * Listens where the host asks for it: on a unix socket in its directory, or on the first free port of its range; on any
 * free port without a range.
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
  try {
    if (network === "unix") return await listenUnix(transport, host, options);
    const { minPort = 0, maxPort = minPort } = host;
    for (let port = minPort; port <= maxPort; port++) {
      try {
        return await transport.listen({ ...options, address: { network, host: "127.0.0.1", port } });
      } catch (cause) {
        failure = cause;
      }
    }
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    failure = cause;
  }
  const reason = failure instanceof Error ? failure.message : "the host gave an empty port range";
  throw new PluginError(
    "listen_failed",
    `${reason}: check PLUGIN_UNIX_SOCKET_DIR, or PLUGIN_MIN_PORT and PLUGIN_MAX_PORT`,
    { cause: failure },
  );
}
