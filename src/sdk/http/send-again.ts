import { errorLinks, read } from "../errors/error-links.ts";

/** What says whether a request may be sent again. */
export interface SentRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** A server that restarts has closed several kept connections. */
const maxAttempts = 3;

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Sends a request again if a kept connection was closed by the server before its answer began, as Go's client does: a server
 * ends an idle connection just when the next request is sent on it. Only for requests without effect on the server, by their
 * method or an `Idempotency-Key`, and not with a stream as body, which is read already.
 *
 * @see net/http Transport, shouldRetryRequest
 */
export async function sendAgain(init: SentRequest, send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (reason) {
      const isLast = attempt === maxAttempts || init.signal.aborted;
      if (isLast || !isRepeatable(init) || !isKeptConnectionLost(reason)) throw reason;
    }
  }
}

function isRepeatable({ method, headers, body }: SentRequest): boolean {
  if (body instanceof ReadableStream) return false;
  return safeMethods.has(method) || headers.has("idempotency-key") || headers.has("x-idempotency-key");
}

/** undici says how much it has read on the connection: nothing on a new one, whose end is the server's answer. */
function isKeptConnectionLost(reason: unknown): boolean {
  // `fetch` has undici's error as its cause.
  const lost = errorLinks(reason).find((link) => read(link, "code") === "UND_ERR_SOCKET");
  const socket = lost && (read(lost, "socket") as { readonly bytesRead?: unknown } | null | undefined);
  return typeof socket?.bytesRead === "number" && socket.bytesRead > 0;
}
