import type { SocketAddress, TransportConnection } from "../../transport/socket-transport.ts";

/** Throws when the socket at the address is not the plugin's. */
export type PeerCheck = (address: SocketAddress) => void;

/** Dials between two checks of the socket, because it may be replaced in between. */
export async function dialChecked(
  address: SocketAddress,
  check: PeerCheck,
  dial: () => Promise<TransportConnection>,
): Promise<TransportConnection> {
  check(address);
  const connection = await dial();
  try {
    check(address);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
