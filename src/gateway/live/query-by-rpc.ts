import type { Answer, BodyPart, HttpCall } from "../http/http-call.ts";
import { isIterated } from "../http/is-iterated.ts";
import { commandErrors } from "./centrifuge/codes.ts";
import type { QueryOutcome } from "./centrifuge/run-command.ts";
import { onOneLine } from "./packet.ts";

/**
 * Does what `POST /api/ds/query` does, by the same code: with its bounds, its log and its metrics.
 *
 * @param call the request of the connection
 */
export async function queryByRpc(
  handle: (call: HttpCall) => Promise<Answer>,
  call: HttpCall,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<QueryOutcome> {
  const done = new AbortController();
  const { status, body: answer } = await handle({
    ...call,
    method: "POST",
    path: "/api/ds/query",
    // That of the handshake is for the handshake.
    header: (name) => (name === "content-encoding" ? undefined : call.header(name)),
    body: async () => body,
    onGone: (listener) => {
      if (signal.aborted) listener();
      // The connection has many queries, and its signal must not keep their listeners.
      else signal.addEventListener("abort", listener, { once: true, signal: done.signal });
    },
  }).finally(() => done.abort());
  if (isIterated(answer)) return { error: commandErrors.internal };
  const json = onOneLine(bytesOf(answer)).toString("utf8");
  // Queries that failed are part of an answer, whatever its status.
  if (json.startsWith('{"results":')) return { json };
  const { message } = JSON.parse(json) as { readonly message: string };
  if (status < 500) return { error: { code: status, message } };
  return { error: { ...commandErrors.internal, message } };
}

function bytesOf(body: BodyPart | readonly BodyPart[]): Buffer {
  const parts = typeof body === "string" || body instanceof Uint8Array ? [body] : body;
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
}
