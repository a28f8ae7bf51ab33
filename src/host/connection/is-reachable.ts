import { connect } from "node:net";
import type { SocketAddress } from "../../transport/socket-transport.ts";
import { waitAtMost } from "../wait-at-most.ts";

/** Errors that say that nobody listens; any other one, such as a full backlog, does not. */
const nobodyListens: readonly string[] = ["ECONNREFUSED", "ENOENT", "ENOTDIR", "ENOTSOCK"];

/** Tells whether somebody takes connections at the address. What does not answer in a second counts as reachable. */
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
