import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { startTimer, stopTimer } from "../../../timer.ts";
import { disconnects } from "../centrifuge/codes.ts";
import type { LiveTransport } from "../centrifuge/live-transport.ts";
import type { Admitted, Live } from "../create-live.ts";
import { textFrame } from "../text-frame.ts";

/** Milliseconds for a client to answer our close frame. */
const closeMs = 5000;

const openState = 1;

/** Connects a WebSocket. Messages are written to its socket as whole frames, the same bytes for every subscriber. */
export function connectSocket(live: Live, admitted: Admitted, ws: WebSocket, socket: Duplex): void {
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
export function endLater(ws: WebSocket): void {
  const timer = startTimer(closeMs, () => ws.terminate());
  timer.unref();
  ws.once("close", () => stopTimer(timer));
}
