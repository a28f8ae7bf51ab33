import { callOfRequest } from "../../http/fetch-call.ts";
import { HttpFailure } from "../../http/http-failure.ts";
import { type Disconnect, disconnects } from "../centrifuge/codes.ts";
import type { LiveTransport } from "../centrifuge/live-transport.ts";
import type { Admitted, Live } from "../create-live.ts";

/** A WebSocket of any server, after its handshake. */
export interface LiveSocket {
  /** Sends a text message. */
  send(text: string): unknown;
  /** Closes the WebSocket with a code and a reason of Centrifuge. */
  close(code: number, reason: string): unknown;
  /** Bytes that wait for the client, as browsers, Deno and `ws` tell them. */
  readonly bufferedAmount?: number | undefined;
  /** The same, as Bun tells them. Without either, a client that does not read is not noticed. */
  getBufferedAmount?(): number;
}

/** The gateway's end of a socket. No method throws. */
export interface LiveConnection {
  /** Call it with each message of the client: a text, or its bytes. */
  receive(message: ArrayBuffer | Uint8Array | string): void;
  /** Call it when the socket has closed. */
  closed(): void;
}

/**
 * Connects a WebSocket of any server to Grafana Live. One that may not connect is closed with Centrifuge's code.
 *
 * @param request of the handshake: its headers, and its URL for `?auth_token=`
 */
export function acceptSocket(live: Live, request: Request, socket: LiveSocket): LiveConnection {
  const close = ({ code, reason }: Disconnect): void => {
    try {
      socket.close(code, reason);
    } catch {
      // It is closed already.
    }
  };
  let admitted: Admitted;
  try {
    admitted = live.admit(callOfRequest(request));
  } catch (error) {
    close(refusal(error));
    return { receive: () => {}, closed: () => {} };
  }
  const connection = live.connect(
    admitted,
    transportOf(socket, close, () => connection.onGone()),
  );
  const decoder = new TextDecoder();
  return {
    receive: (message) => {
      const length = typeof message === "string" ? message.length : message.byteLength;
      if (length > live.settings.maxMessageBytes) connection.disconnect(disconnects.badRequest);
      else connection.receive(typeof message === "string" ? message : decoder.decode(message));
    },
    closed: connection.onGone,
  };
}

function transportOf(
  socket: LiveSocket,
  close: (disconnect: Disconnect) => void,
  onGone: () => void,
): LiveTransport {
  const send = (text: string): void => {
    try {
      socket.send(text);
    } catch {
      onGone();
    }
  };
  return {
    send,
    deliver: (batch) => send(batch.text()),
    queuedBytes: () => {
      try {
        return socket.getBufferedAmount?.() ?? socket.bufferedAmount ?? 0;
      } catch {
        return 0;
      }
    },
    pause: () => {},
    resume: () => {},
    close,
  };
}

function refusal(error: unknown): Disconnect {
  if (!(error instanceof HttpFailure)) return disconnects.permissionDenied;
  if (error.status === 401) return disconnects.invalidToken;
  if (error.status === 403) return { ...disconnects.permissionDenied, reason: error.message.slice(0, 100) };
  return { ...disconnects.tooManyRequests, reason: error.message };
}
