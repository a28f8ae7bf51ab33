import * as http2 from "node:http2";
import * as net from "node:net";
import type { TestContext } from "node:test";
import type { SocketAddress } from "../../src/transport/socket-transport.ts";
import { atEnd } from "./at-end.ts";

/** What a server answered to one request, as it was on the wire. */
export interface RawAnswer {
  readonly headers: http2.IncomingHttpHeaders;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A length-prefixed gRPC message, not compressed. */
export function envelope(message: Uint8Array, announcedBytes: number = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(announcedBytes, 1);
  return Buffer.concat([prefix, message]);
}

/** An HTTP/2 connection by Node's own client, cut when the test ends. */
export function rawClient(t: TestContext, address: SocketAddress): http2.ClientHttp2Session {
  const session = http2.connect("http://localhost", { createConnection: () => openSocket(address) });
  session.on("error", () => {});
  atEnd(t, () => session.destroy());
  return session;
}

/** Sends a gRPC request by Node's own client; `headers` win over the usual ones. */
export function rawCall(
  session: http2.ClientHttp2Session,
  path: string,
  headers: http2.OutgoingHttpHeaders = {},
  body: Uint8Array = envelope(new Uint8Array()),
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    const answer = { headers: {}, trailers: {}, parts: [] as Buffer[] };
    stream.on("response", (seen) => {
      answer.headers = seen;
    });
    stream.on("trailers", (seen) => {
      answer.trailers = seen;
    });
    stream.on("data", (part: Buffer) => answer.parts.push(part));
    stream.on("error", reject);
    stream.on("close", () => {
      resolve({ headers: answer.headers, trailers: answer.trailers, body: Buffer.concat(answer.parts) });
    });
    stream.end(body);
  });
}

/** An HTTP/2 server by Node's own means that does to each stream what the test wants; ends with the test. */
export async function rawServer(
  t: TestContext,
  path: string,
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
): Promise<SocketAddress> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    onStream(stream, headers);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  atEnd(t, async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { network: "unix", path };
}

/** A server that hands each connection to `onConnection` and does nothing itself; ends with the test. */
export async function bareServer(
  t: TestContext,
  path: string,
  onConnection: (socket: net.Socket) => void = () => {},
): Promise<SocketAddress> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  atEnd(t, async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { network: "unix", path };
}

function openSocket(address: SocketAddress): net.Socket {
  return address.network === "unix" ? net.connect(address.path) : net.connect(address.port, address.host);
}
