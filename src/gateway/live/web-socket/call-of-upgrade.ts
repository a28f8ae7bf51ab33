import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { HttpCall } from "../../http/http-call.ts";
import { readHeader } from "../../http/read-header.ts";
import { splitTarget } from "../../http/split-target.ts";

/** The request of an upgrade as a call, without a body. */
export function callOfUpgrade(request: IncomingMessage, socket: Duplex): HttpCall {
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
