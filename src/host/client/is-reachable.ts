import { connect } from "node:net";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import { waitAtMost } from "../wait-at-most.ts";

/** Errors that mean that nothing listens. Others, such as a full backlog, do not mean that. */
const nobodyListens: readonly string[] = ["ECONNREFUSED", "ENOENT", "ENOTDIR", "ENOTSOCK"];

/**
 * Whether a server accepts connections at the address. An address that does not answer within a second counts as
 * reachable.
 */
export async function isReachable(address: SocketAddress): Promise<boolean> {
  const socket = connect(
    address.network === "unix" ? { path: address.path } : { host: address.host, port: address.port },
  );
  const answer = new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === undefined || !nobodyListens.includes(error.code)),
    );
  });
  try {
    return (await waitAtMost(answer, 1000)) ?? true;
  } finally {
    socket.destroy();
  }
}
