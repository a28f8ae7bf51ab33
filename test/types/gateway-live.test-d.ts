/** The sockets that Live takes, as their makers type them. */
import type { LiveSocket } from "grafana-plugin-protocol/gateway";
import type { WSContext } from "hono/ws";
import type { WebSocket as WsSocket } from "ws";

declare const ofHono: WSContext;
declare const ofWs: WsSocket;
declare const ofTheWeb: WebSocket;

ofHono satisfies LiveSocket;
ofWs satisfies LiveSocket;
ofTheWeb satisfies LiveSocket;
// As Bun has it.
({}) as {
  send(data: string | ArrayBuffer | Uint8Array, compress?: boolean): number;
  close(code?: number, reason?: string): void;
  getBufferedAmount(): number;
} satisfies LiveSocket;

// @ts-expect-error a socket that cannot be closed
({ send: () => {} }) satisfies LiveSocket;
