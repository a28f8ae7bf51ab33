import { PluginError } from "../../errors.ts";
import { parseTcpAddress } from "../../go-plugin/socket-address.ts";
import type { SocketAddress } from "../../transport/socket-transport.ts";

/**
 * Parses `host:port`. An empty host (`:1234`) means this machine only; to listen on all interfaces write
 * `0.0.0.0:1234`.
 *
 * @param source where the address comes from, for the error text
 * @throws PluginError `invalid_option`.
 */
export function tcpAddressOption(text: string, source: string): SocketAddress & { readonly network: "tcp" } {
  const tcp = parseTcpAddress(text);
  if (tcp === undefined || tcp.port > 65_535 || /[|\s]/.test(tcp.host)) {
    throw new PluginError(
      "invalid_option",
      `expected an address such as "127.0.0.1:9999" or ":9999" in ${source}, got ${JSON.stringify(text)}`,
    );
  }
  return { network: "tcp", ...tcp };
}
