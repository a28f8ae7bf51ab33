import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";
import { ifMissing } from "../../../optional-peer.ts";
import type { GatewayCore } from "../../gateway-core.ts";
import { withoutLastSlash } from "../../http/create-router.ts";
import { HttpFailure } from "../../http/http-failure.ts";
import { disconnects } from "../centrifuge/codes.ts";
import type { Live } from "../create-live.ts";
import { callOfUpgrade } from "./call-of-upgrade.ts";
import { connectSocket, endLater } from "./connect-socket.ts";
import { socketPath } from "./socket-path.ts";

/**
 * Makes the handshake of an upgrade, and connects what it opens.
 *
 * @returns the status that was sent
 * @throws HttpFailure where nothing was sent
 */
export type Handshake = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<number>;

const jsonProtocol = "centrifuge-json";
const protobufProtocol = "centrifuge-protobuf";

/** The package `ws` is loaded by the first handshake. */
export function createHandshake(core: GatewayCore, live: Live): Handshake {
  let server: Promise<WebSocketServer> | undefined;

  return async (request, socket, head) => {
    const call = callOfUpgrade(request, socket);
    if (core.settings.style === "plutono") {
      throw new HttpFailure(501, "this gateway has no Live with Plutono's API: poll /api/ds/query");
    }
    // A server that cannot choose which upgrades it takes gives all of them.
    if (call.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpFailure(400, "expected an upgrade to WebSocket, or a request without one");
    }
    if (withoutLastSlash(call.path) !== socketPath) throw new HttpFailure(404, "Not found");
    live.admit(call);
    server ??= load(live.settings.maxMessageBytes);
    const accepting = await server.catch((error: unknown) => {
      // The package may be there the next time.
      server = undefined;
      throw error;
    });
    // Both may have changed while the package was loaded.
    const admitted = live.admit(call);
    let isOpen = false;
    accepting.handleUpgrade(request, socket, head, (ws) => {
      isOpen = true;
      if (ws.protocol === protobufProtocol) {
        const { code, reason } = disconnects.inappropriateProtocol;
        ws.on("error", () => {});
        ws.close(code, reason);
        endLater(ws);
        return;
      }
      connectSocket(live, admitted, ws, socket);
    });
    // It calls back at once, or has answered with an error.
    return isOpen ? 101 : 400;
  };
}

async function load(maxMessageBytes: number): Promise<WebSocketServer> {
  const ws = await import("ws").catch(ifMissing("ws", withoutWs));
  return new ws.WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    // Its own answers are not bounded in every version that this package takes.
    autoPong: false,
    handleProtocols: (offered) =>
      [jsonProtocol, protobufProtocol].find((protocol) => offered.has(protocol)) ?? false,
  });
}

function withoutWs(cause: unknown): never {
  throw new HttpFailure(
    501,
    "WebSocket needs the package ws, which is not installed: npm install ws, or use /api/live/sse",
    { cause },
  );
}
