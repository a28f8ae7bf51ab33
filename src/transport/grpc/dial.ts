import { Code } from "@connectrpc/connect";
import type { DialOptions, TransportConnection } from "../socket-transport.ts";
import { toConnectError } from "../thrown.ts";
import { createClientTransport } from "./client-transport.ts";
import { createConnectionKeeper } from "./connection-keeper.ts";

export interface GrpcDialOptions extends DialOptions {
  /** Compresses requests with gzip, and lets the server compress its answers. Default: false. For conformance tests. */
  readonly isCompressed?: boolean | undefined;
}

/** Dials a gRPC server. See {@link SocketTransport.dial}. */
export async function dial(options: GrpcDialOptions): Promise<TransportConnection> {
  const connections = createConnectionKeeper(options);
  try {
    await connections.connect(options.signal);
  } catch (error) {
    connections.close();
    throw toConnectError(error, Code.Unavailable);
  }
  const scheme = options.tls === undefined ? "http" : "https";
  const transport = createClientTransport(
    { current: () => connections.current(), connect: () => connections.connect() },
    { ...options, scheme },
  );
  return { transport, close: () => connections.close() };
}
