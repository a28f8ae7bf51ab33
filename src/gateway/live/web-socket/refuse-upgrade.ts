import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ApiStyle } from "../../gateway-options.ts";
import { formatFailure } from "../../http/format-failure.ts";
import type { HttpFailure } from "../../http/http-failure.ts";
import { socketPath } from "./socket-path.ts";

/** Answers with an error instead of the handshake, and ends the socket. Node has no response for an upgrade. */
export function refuseUpgrade(
  socket: Duplex,
  failure: HttpFailure,
  { style, traceId }: { readonly style: ApiStyle; readonly traceId: string },
): void {
  const { status, headers, body } = formatFailure(failure, { path: socketPath, style, traceId });
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
