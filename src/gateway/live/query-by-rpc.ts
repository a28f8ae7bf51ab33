import type { Answer, HttpCall } from "../http/http-call.ts";
import { commandErrors } from "./centrifuge/codes.ts";
import type { QueryOutcome } from "./centrifuge/create-connection.ts";
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
  const { status, body: answer } = await handle({
    ...call,
    method: "POST",
    path: "/api/ds/query",
    // That of the handshake is for the handshake.
    header: (name) => (name === "content-encoding" ? undefined : call.header(name)),
    body: async () => body,
    signal,
  });
  if (typeof answer !== "string" && !(answer instanceof Uint8Array)) {
    return { error: commandErrors.internal };
  }
  const json = onOneLine(Buffer.from(answer as string)).toString("utf8");
  // Queries that failed are part of an answer, whatever its status.
  if (json.startsWith('{"results":')) return { json };
  const { message } = JSON.parse(json) as { readonly message: string };
  if (status < 500) return { error: { code: status, message } };
  return { error: { ...commandErrors.internal, message } };
}
