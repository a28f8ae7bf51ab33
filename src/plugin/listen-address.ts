import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginError } from "../errors.ts";
import type { HostEnvironment } from "../goplugin/environment.ts";
import { maxUnixPathBytes } from "../goplugin/max-unix-path.ts";
import type { SocketAddress } from "../transport/socket-transport.ts";

/**
 * The addresses to try, in order: one fresh unix path in the host's directory, or each port of the
 * host's range; port 0, any free one, when the host gave none.
 *
 * @throws PluginError `listen_failed` when the path is too long for a unix socket.
 */
export function listenAddresses(
  network: "unix" | "tcp",
  host: HostEnvironment,
  platform: NodeJS.Platform = process.platform,
): Iterable<SocketAddress> {
  if (network === "tcp") return portsOf(host);
  const path = join(host.unixSocketDir ?? tmpdir(), `plugin${randomBytes(6).toString("hex")}`);
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
