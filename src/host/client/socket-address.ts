import { PluginError } from "../../errors.ts";
import type { HandshakeLine } from "../../go-plugin/handshake/handshake-line.ts";
import { parseTcpAddress } from "../../go-plugin/socket-address.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import { cutText } from "./cut-text.ts";

/**
 * Reads the address of a handshake line. An empty host (`:1234`, which SDK plugins in standalone
 * mode print) means this machine.
 *
 * @throws PluginError `handshake_invalid` for a TCP address without a port.
 */
export function toSocketAddress({
  network,
  address,
}: Pick<HandshakeLine, "network" | "address">): SocketAddress {
  if (network === "unix") return { network, path: address };
  const tcp = parseTcpAddress(address);
  if (tcp === undefined || tcp.port < 1 || tcp.port > 65_535) {
    throw new PluginError(
      "handshake_invalid",
      `expected a TCP address such as "127.0.0.1:10000" in the handshake line, got "${cutText(address)}"`,
    );
  }
  return { network, ...tcp };
}

/** For error texts: `unix /tmp/plugin1` or `tcp 127.0.0.1:10000`, cut. */
export function formatSocketAddress(address: SocketAddress): string {
  return address.network === "unix"
    ? `unix ${cutText(address.path)}`
    : `tcp ${cutText(address.host)}:${address.port}`;
}
