import type * as net from "node:net";
import { Code } from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";
import type { SocketAddress } from "./socket-transport.ts";

/** Resolves when the server accepts connections. Rejects with UNAVAILABLE and the system's reason. */
export function bind(server: net.Server, address: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays for the life of the server: a later error means that the system could not accept one connection, which must
    // not end the process.
    server.on("error", (cause) => {
      reject(rpcError(`cannot listen: ${cause.message}`, Code.Unavailable, { cause }));
    });
    const onListening = (): void => resolve();
    if (address.network === "unix") server.listen(address.path, onListening);
    else server.listen(address.port, address.host, onListening);
  });
}

/** The address of the server, with the port that was assigned. */
export function boundAddress(server: net.Server, address: SocketAddress): SocketAddress {
  const bound = server.address();
  if (address.network === "unix" || bound === null || typeof bound === "string") return address;
  return { network: "tcp", host: address.host, port: bound.port };
}
