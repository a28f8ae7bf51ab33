import { type IncomingMessage, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { messageOf } from "../../errors.ts";
import { ifMissing } from "../../optional-peer.ts";
import { startTimer, stopTimer } from "../../timer.ts";
import type { GatewayCore } from "../gateway-core.ts";
import { withoutLastSlash } from "../http/create-router.ts";
import { formatFailure } from "../http/format-failure.ts";
import type { Answer, HttpCall } from "../http/http-call.ts";
import { HttpFailure, toHttpFailure } from "../http/http-failure.ts";
import { splitTarget } from "../http/split-target.ts";
import { readTrace } from "../observe/request-trace.ts";
import { readHeader } from "../server/read-header.ts";
import { untilAborted } from "../until-aborted.ts";
import { disconnects } from "./centrifuge/codes.ts";
import type { LiveTransport } from "./centrifuge/create-connection.ts";
import { textFrame } from "./centrifuge/frame.ts";
import type { Admitted, Live } from "./create-live.ts";

/** Takes the `upgrade` events of an HTTP server of Node. */
export interface Upgrades {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends every socket that is still there. Resolves when none is, at the latest when the signal is aborted. */
  readonly close: (signal: AbortSignal) => Promise<void>;
}

/** The path of the WebSocket, as Grafana has it. */
const path = "/api/live/ws";

/** Milliseconds for a client to answer our close frame. */
const closeMs = 5000;

export function createUpgrades(core: GatewayCore, live: Live): Upgrades {
  const sockets = new Set<Duplex>();
  let server: Promise<WebSocketServer> | undefined;

  const load = async (): Promise<WebSocketServer> => {
    const ws = await import("ws").catch(ifMissing("ws", withoutWs));
    return new ws.WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: live.settings.maxMessageBytes,
      // Its own answers are not bounded in every version that this package takes.
      autoPong: false,
      handleProtocols: (offered) =>
        [jsonProtocol, protobufProtocol].find((protocol) => offered.has(protocol)) ?? false,
    });
  };

  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<number> => {
    const call = callOfUpgrade(request, socket);
    if (core.settings.style === "plutono") {
      throw new HttpFailure(501, "this gateway has no Live with Plutono's API: poll /api/ds/query");
    }
    // A server that cannot choose which upgrades it takes gives all of them.
    if (call.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpFailure(400, "expected an upgrade to WebSocket, or a request without one");
    }
    if (withoutLastSlash(call.path) !== path) throw new HttpFailure(404, "Not found");
    live.admit(call);
    server ??= load();
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
      join(live, admitted, ws, socket);
    });
    // It calls back at once, or has answered with an error.
    return isOpen ? 101 : 400;
  };

  return {
    upgrade: (request, socket, head) => {
      const began = performance.now();
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // Of a client that leaves before there is a connection.
      socket.on("error", () => socket.destroy());
      const finish = (status: number, cause?: unknown): void => {
        core.metrics.answered(path, "GET", status, (performance.now() - began) / 1000);
        core.settings.log({
          level: "info",
          message: "request completed",
          fields: {
            method: request.method,
            path: splitTarget(request.url ?? "/").path,
            route: path,
            status,
            durationMs: Math.round((performance.now() - began) * 1000) / 1000,
            ...(cause === undefined ? {} : { error: messageOf(cause) }),
          },
        });
      };
      open(request, socket, head).then(
        (status) => finish(status),
        (error: unknown) => {
          const failure = toHttpFailure(error);
          refuse(socket, failure, core);
          finish(failure.status, failure.cause);
        },
      );
    },
    close: async (signal) => {
      await Promise.race([Promise.all([...sockets].map(closed)), untilAborted(signal)]);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function withoutWs(cause: unknown): never {
  throw new HttpFailure(
    501,
    "WebSocket needs the package ws, which is not installed: npm install ws, or use /api/live/sse",
    { cause },
  );
}

const jsonProtocol = "centrifuge-json";
const protobufProtocol = "centrifuge-protobuf";

/** Connects a WebSocket. Messages are written to its socket as whole frames, the same bytes for every subscriber. */
function join(live: Live, admitted: Admitted, ws: WebSocket, socket: Duplex): void {
  const connection = live.connect(admitted, transportOf(ws, socket));
  ws.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) connection.disconnect(disconnects.badRequest);
    else connection.receive(data.toString("utf8"));
  });
  ws.on("ping", (data) => {
    if (socket.writableLength > live.settings.maxQueuedBytes) connection.disconnect(disconnects.slow);
    else ws.pong(data);
  });
  // What follows is its close event.
  ws.on("error", () => {});
  ws.on("close", connection.onGone);
}

const openState = 1;

function transportOf(ws: WebSocket, socket: Duplex): LiveTransport {
  let isCorked = false;
  const uncork = (): void => {
    isCorked = false;
    socket.uncork();
  };
  const write = (frame: Buffer): void => {
    // The client may have sent its close frame; then nothing may follow ours.
    if (ws.readyState === openState) socket.write(frame);
  };
  return {
    send: (text) => write(textFrame(text)),
    deliver: (batch, isOneOfMany) => {
      if (isOneOfMany && !isCorked) {
        isCorked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      write(batch.frame());
    },
    queuedBytes: () => socket.writableLength,
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: ({ code, reason }) => {
      ws.resume();
      ws.close(code, reason);
      endLater(ws);
    },
  };
}

/** A client that does not read gets no close frame, and what waits for it is kept only for so long. */
function endLater(ws: WebSocket): void {
  const timer = startTimer(closeMs, () => ws.terminate());
  timer.unref();
  ws.once("close", () => stopTimer(timer));
}

function callOfUpgrade(request: IncomingMessage, socket: Duplex): HttpCall {
  const { url = "/", method = "GET", headers } = request;
  return {
    method,
    ...splitTarget(url),
    header: (name) => readHeader(request, name),
    headers: () =>
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as const],
      ),
    body: async () => new Uint8Array(),
    // Calls have the signal of what they are for.
    onGone: () => {},
    remoteAddress: socket instanceof Socket ? socket.remoteAddress : undefined,
  };
}

/** Answers with an error instead of the handshake. */
function refuse(socket: Duplex, failure: HttpFailure, { settings }: GatewayCore): void {
  const { traceId } = readTrace(undefined, undefined);
  const { status, headers, body }: Answer = formatFailure(failure, { path, style: settings.style, traceId });
  const lines = Object.entries({
    ...headers,
    Connection: "close",
    "Content-Length": String(Buffer.byteLength(body as string)),
  });
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body as string}`,
  );
}

function closed(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}
