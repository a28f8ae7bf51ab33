import * as net from "node:net";
import { Code } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { startTimer, stopTimer } from "../../timer.ts";
import { bind, boundAddress } from "../bind.ts";
import { boundConnections } from "../bound-connections.ts";
import { graceTime } from "../call-timeout.ts";
import { connectionBytes } from "../default-limits.ts";
import { ErrorCode } from "../http2/error-codes.ts";
import { createServerConnection, type Http2Connection } from "../http2/http2-connection.ts";
import { reportDefect } from "../report-defect.ts";
import type { ListenOptions, ListenTls, TransportServer } from "../socket-transport.ts";
import { admitClient, badTlsOptions, listenTlsOptions, loadTls } from "../tls-options.ts";
import { createGrpcServer, type GrpcServer } from "./grpc-server.ts";

const defaultGraceMs = 500;

export interface GrpcListenOptions extends ListenOptions {
  /** Compresses answers to callers that accept gzip. Default: false. For conformance tests. */
  readonly compressesAnswers?: boolean | undefined;
  /** How long the message of a unary call may take to arrive; see `GrpcServerOptions`. Default 60,000 ms. */
  readonly requestTimeoutMs?: number | undefined;
}

/** Serves only gRPC on a socket. See {@link SocketTransport.listen}. */
export async function listen(options: GrpcListenOptions): Promise<TransportServer> {
  const { maxConcurrentStreams, maxStreamBacklogBytes } = options;
  const limits = {
    maxHeldBytes: connectionBytes(options),
    ...(maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams }),
  };
  const grpc = createGrpcServer(options);
  const connections = new Set<Http2Connection>();
  const onSocket = (socket: net.Socket): void => {
    socket.setNoDelay(true);
    const connection = createServerConnection(socket, {
      limits,
      streamWindowBytes: maxStreamBacklogBytes,
      onStream: (stream, fields, endStream) => grpc.onStream(stream, fields, endStream),
      onDefect: reportDefect,
      onPreface: () => bound.prove(socket),
      onClosed: () => connections.delete(connection),
    });
    connections.add(connection);
  };
  const server = createServer(options.tls, onSocket);
  const bound = boundConnections(server, options);
  await bind(server, options.address);
  let closed: Promise<void> | undefined;
  return {
    address: boundAddress(server, options.address),
    close: async ({ graceMs = defaultGraceMs } = {}) => {
      closed ??= close({ server, grpc, connections, sockets: bound.sockets }, graceTime(graceMs));
      await closed;
    },
    leave: () => {
      // Over TCP the system would reset a connection with unread bytes, and the peer may lose the last answer by that.
      if (options.address.network !== "unix" || grpc.hasMessages()) return false;
      for (const { hasSentAll } of connections) if (!hasSentAll) return false;
      for (const socket of bound.sockets) socket.pause();
      return true;
    },
  };
}

function createServer(secure: ListenTls | undefined, onSocket: (socket: net.Socket) => void): net.Server {
  if (secure === undefined) return net.createServer(onSocket);
  try {
    return loadTls().createServer({ ...listenTlsOptions(secure), ALPNProtocols: ["h2"] }, (socket) => {
      if (!admitClient(socket, secure)) return;
      // A client that did not negotiate HTTP/2 (RFC 9113 §3.3).
      if (socket.alpnProtocol === "h2") onSocket(socket);
      else socket.destroy();
    });
  } catch (cause) {
    throw badTlsOptions(cause);
  }
}

interface Listening {
  readonly server: net.Server;
  readonly grpc: GrpcServer;
  readonly connections: ReadonlySet<Http2Connection>;
  /** Also those without a connection: with TLS there is one only after the handshake. */
  readonly sockets: ReadonlySet<net.Socket>;
}

async function close({ server, grpc, connections, sockets }: Listening, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  grpc.abort(() => rpcError("the plugin is shutting down", Code.Unavailable));
  for (const connection of connections) connection.close();
  const cut = startTimer(graceMs, () => {
    for (const connection of connections) connection.destroy(ErrorCode.noError, "the server has stopped");
    for (const socket of sockets) socket.destroy();
  });
  await closed;
  stopTimer(cut);
}
