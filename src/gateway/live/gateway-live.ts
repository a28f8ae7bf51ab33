import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { LiveConnection, LiveSocket } from "./web-socket/accept-socket.ts";

/** Grafana Live over WebSocket, for a server of your own. */
export interface GatewayLive {
  /**
   * For a server of `node:http`, Express or the like: `server.on("upgrade", gateway.live.upgrade)`. It checks host,
   * origin and token, and answers every upgrade; paths other than `/api/live/ws` with 404. Needs the package `ws`.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /**
   * For any other server, such as those of Hono, Bun and Deno, when it has opened a WebSocket: speaks Centrifuge's
   * protocol over it. Host, origin and token of the request are checked, and a socket that may not connect is closed
   * with the code and the reason of Centrifuge.
   */
  readonly accept: (request: Request, socket: LiveSocket) => LiveConnection;
}
