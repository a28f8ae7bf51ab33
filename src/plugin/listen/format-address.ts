import type { SocketAddress } from "../../transport/socket-transport.ts";

/** The address in the words of a handshake line. */
export function formatAddress(address: SocketAddress): {
  readonly network: "unix" | "tcp";
  readonly address: string;
} {
  if (address.network === "unix") return { network: "unix", address: address.path };
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return { network: "tcp", address: `${host}:${address.port}` };
}
