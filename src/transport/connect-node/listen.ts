import * as http2 from "node:http2";
import type { Socket } from "node:net";
import { Code } from "@connectrpc/connect";
import { type ConnectNodeAdapterOptions, connectNodeAdapter } from "@connectrpc/connect-node";
import { rpcError } from "../../rpc-error.ts";
import { startTimer, stopTimer } from "../../timer.ts";
import { bind, boundAddress } from "../bind.ts";
import { boundConnections } from "../bound-connections.ts";
import { graceTime } from "../call-timeout.ts";
import { connectionBytes } from "../default-limits.ts";
import { guardInterceptor } from "../guard-interceptor.ts";
import type { ListenOptions, TransportServer } from "../socket-transport.ts";
import { admitClient, badTlsOptions, endByAlert, listenTlsOptions } from "../tls-options.ts";
import { dropLongTimeouts } from "./long-timeouts.ts";
import { registerService } from "./register-service.ts";
import { sendErrors } from "./send-errors.ts";
import { sendLegalHeaders } from "./send-legal-headers.ts";
import { defaultConcurrentStreams, defaultStreamBacklogBytes, sessionLimits } from "./session-limits.ts";

const defaultGraceMs = 500;

type Fallback = NonNullable<ConnectNodeAdapterOptions["fallback"]>;
type UnknownRequest = Parameters<Fallback>[0];
type UnknownResponse = Parameters<Fallback>[1];

/** Serves only gRPC on a socket. See {@link SocketTransport.listen}. */
export async function listen(options: ListenOptions): Promise<TransportServer> {
  const { interceptors = [], guards = [] } = options;
  const shutdown = new AbortController();
  const handle = connectNodeAdapter({
    routes: (router) => {
      for (const served of options.services) registerService(router, served);
    },
    grpc: true,
    grpcWeb: false,
    connect: false,
    // Compressing answers on a local socket costs ten times what it saves; a peer need only advertise
    // gzip (every Go host with tracing does) to turn it on, so it stays off.
    acceptCompression: [],
    readMaxBytes: options.maxReceiveBytes,
    writeMaxBytes: options.maxSendBytes,
    interceptors: [sendErrors, ...guards.map(guardInterceptor), ...interceptors],
    shutdownSignal: shutdown.signal,
    fallback: answerUnimplemented,
  });
  const { maxStreamBacklogBytes = defaultStreamBacklogBytes } = options;
  const server = createServer(options, (request, response) => {
    // connect-node builds a URL from it and throws if it is not a valid host; gRPC does not route by it (a Go host
    // sends "unused" or "localhost").
    request.headers[":authority"] = "localhost";
    dropLongTimeouts(request.headers);
    sendLegalHeaders(response);
    handle(request, response);
  });
  const bound = boundConnections(server, options);
  /** The socket of which Node is making a session: the event of the session does not name it. */
  let beginning: Socket | undefined;
  server.prependListener(options.tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
    beginning = socket;
  });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    // A peer that resets the connection is not a failure of this side; its calls are aborted.
    session.on("error", () => {});
    const socket = beginning;
    session.once("remoteSettings", () => {
      if (socket !== undefined) bound.prove(socket);
    });
    session.setLocalWindowSize(Math.max(1 << 20, maxStreamBacklogBytes));
  });
  await bind(server, options.address);
  let closing: Promise<void> | undefined;
  return {
    address: boundAddress(server, options.address),
    close: async ({ graceMs = defaultGraceMs } = {}) => {
      closing ??= close(server, sessions, bound.sockets, shutdown, graceTime(graceMs));
      await closing;
    },
  };
}

/**
 * Answers UNIMPLEMENTED as gRPC specifies it: one HEADERS frame that ends the stream. connect-node would send a bare
 * 404. Go accepts neither that nor a status before an empty body.
 */
function answerUnimplemented(request: UnknownRequest, response: UnknownResponse): void {
  if (!("stream" in response)) return;
  const [, service = "", method = ""] = (request.url ?? "").split("/");
  const message = `unknown method "${method}" of service "${service}"`;
  response.stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": Code.Unimplemented,
      "grpc-message": encodeURIComponent(message).replaceAll("%20", " "),
    },
    { endStream: true },
  );
}

type Server = http2.Http2Server | http2.Http2SecureServer;

function createServer(
  options: Omit<ListenOptions, "services">,
  onRequest: (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => void,
): Server {
  const { tls } = options;
  const settings = sessionLimits(
    {
      initialWindowSize: options.maxStreamBacklogBytes ?? defaultStreamBacklogBytes,
      maxConcurrentStreams: options.maxConcurrentStreams ?? defaultConcurrentStreams,
    },
    connectionBytes(options),
  );
  if (tls === undefined) return http2.createServer(settings, onRequest);
  try {
    const server = http2.createSecureServer({ ...settings, ...listenTlsOptions(tls) }, onRequest);
    // A client that did not negotiate h2; Node would answer it in HTTP/1.1.
    server.on("unknownProtocol", (socket) => socket.destroy());
    server.on("secureConnection", endByAlert);
    // Before Node makes a session of the connection.
    server.prependListener("secureConnection", (socket) => void admitClient(socket, tls));
    return server;
  } catch (cause) {
    throw badTlsOptions(cause);
  }
}

async function close(
  server: Server,
  sessions: ReadonlySet<http2.ServerHttp2Session>,
  sockets: ReadonlySet<Socket>,
  shutdown: AbortController,
  graceMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  shutdown.abort(rpcError("the plugin is shutting down", Code.Unavailable));
  for (const session of sessions) session.close();
  const cut = startTimer(graceMs, () => {
    for (const session of sessions) session.destroy();
    // Also those without a session: with TLS there is one only after the handshake. The last frames of the sessions are
    // sent first.
    setImmediate(() => {
      for (const socket of sockets) socket.destroy();
    });
  });
  await closed;
  stopTimer(cut);
}
