import type * as net from "node:net";
import { startTimer, stopTimer, type Timer } from "../timer.ts";
import { defaultMaxConnections } from "./default-limits.ts";
import type { ListenOptions } from "./socket-transport.ts";

/** How long a client may take to finish the TLS handshake and to begin as an HTTP/2 client. */
const defaultHandshakeTimeoutMs = 10_000;

/** The connections of a server. */
interface BoundConnections {
  /** All that are open, also those whose TLS handshake has not ended. */
  readonly sockets: ReadonlySet<net.Socket>;
  /** The client has finished the TLS handshake, if there is TLS, and begun as an HTTP/2 client. */
  prove(socket: net.Socket): void;
}

/**
 * Bounds the connections of a server, and the time that a client may take to begin. If there are too many, the oldest
 * one that has not begun is closed, so that connections that say nothing do not keep others out; or the newest one when
 * all have begun.
 */
export function boundConnections(
  server: net.Server,
  {
    maxConnections = defaultMaxConnections,
    handshakeTimeoutMs = defaultHandshakeTimeoutMs,
  }: Pick<ListenOptions, "handshakeTimeoutMs" | "maxConnections">,
): BoundConnections {
  const sockets = new Set<net.Socket>();
  /** Those that have not begun, the oldest first. */
  const unproven = new Map<net.Socket, Timer>();

  const settle = (socket: net.Socket): void => {
    stopTimer(unproven.get(socket));
    unproven.delete(socket);
  };
  const cutUnproven = (socket: net.Socket): void => {
    if (unproven.has(socket)) socket.destroy();
  };

  server.on("connection", (socket: net.Socket) => {
    if (socket.destroyed) return;
    if (sockets.size >= maxConnections) {
      const [oldest = socket] = unproven.keys();
      oldest.destroy();
      sockets.delete(oldest);
      settle(oldest);
      if (oldest === socket) return;
    }
    sockets.add(socket);
    // After the bytes that came until then were read, because this process may have been busy.
    const onLate = (): unknown => setImmediate(() => setImmediate(cutUnproven, socket));
    const timer = startTimer(handshakeTimeoutMs, onLate);
    timer.unref();
    unproven.set(socket, timer);
    socket.once("close", () => {
      sockets.delete(socket);
      settle(socket);
    });
  });

  return { sockets, prove: (socket) => settle(rawSocket(socket)) };
}

/** The socket that a TLS socket was made of, by a property that Node does not document. */
function rawSocket(socket: net.Socket & { readonly _parent?: net.Socket | null }): net.Socket {
  return socket._parent ?? socket;
}
