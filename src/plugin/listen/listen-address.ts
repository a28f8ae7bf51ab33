import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginError } from "../../errors.ts";
import type { HostEnvironment } from "../../goplugin/handshake/environment.ts";
import { maxUnixPathBytes } from "../../goplugin/max-unix-path.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";

/** Stands for characters that nobody can foresee, which `listenUnix` finds. */
export const anyCharacters = "XXXXXX";

/**
 * The addresses to try, in order: one unix path in the host's directory, with {@link anyCharacters} in its name, or each port of
 * the host's range; port 0, any free one, when the host gave none.
 *
 * @throws PluginError `listen_failed` when the path is too long for a unix socket.
 */
export function listenAddresses(
  network: "unix" | "tcp",
  host: HostEnvironment,
  platform: NodeJS.Platform = process.platform,
): Iterable<SocketAddress> {
  if (network === "tcp") return portsOf(host);
  const path = join(host.unixSocketDir ?? tmpdir(), `plugin-${anyCharacters}.sock`);
  const limit = maxUnixPathBytes(platform);
  if (Buffer.byteLength(path) > limit) {
    throw new PluginError(
      "listen_failed",
      `the socket path "${path}" is longer than the ${limit} bytes that a unix socket may have: ` +
        "set PLUGIN_UNIX_SOCKET_DIR or TMPDIR to a shorter directory",
    );
  }
  return [{ network, path }];
}

function* portsOf({ minPort, maxPort }: HostEnvironment): Generator<SocketAddress> {
  for (let port = minPort ?? 0; port <= (maxPort ?? minPort ?? 0); port++) {
    yield { network: "tcp", host: "127.0.0.1", port };
  }
}
