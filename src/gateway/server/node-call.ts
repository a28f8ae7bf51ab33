import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tooLarge } from "../http/fetch-call.ts";
import type { Answer, HttpCall } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";

/** A request of Node's server as a call. It is cancelled when its connection ends before the answer has. */
export function callOfNode(request: IncomingMessage, response: ServerResponse): HttpCall {
  const { url = "/", method = "GET", socket } = request;
  const mark = url.indexOf("?");
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) {
      controller.abort(new DOMException("the client has gone", "AbortError"));
    }
  });
  return {
    method,
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? "" : url.slice(mark + 1),
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    headers: () => pairs(request.rawHeaders),
    body: (maxBytes) => readBody(request, maxBytes),
    signal: controller.signal,
    remoteAddress: socket.remoteAddress,
  };
}

function* pairs(raw: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) yield [raw[index] ?? "", raw[index + 1] ?? ""];
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  // Refused before it is sent, where its length is known.
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (part: Buffer) => {
      length += part.length;
      if (length > maxBytes) {
        request.removeAllListeners("data").pause();
        reject(tooLarge(maxBytes));
        return;
      }
      parts.push(part);
    });
    request.once("end", () =>
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)),
    );
    request.once("error", (cause) => reject(new HttpFailure(400, "the body broke off", { cause })));
    request.once("close", () => {
      // Comes after each request, and an error has its price.
      if (!request.readableEnded) reject(new HttpFailure(400, "the body broke off"));
    });
  });
}

/**
 * Sends an answer. A body that is iterated is sent as it comes; the next part is asked for when the connection has
 * taken the last one.
 *
 * @param stallMs how long a client may take nothing until its connection is ended
 */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: Answer,
  stallMs: number,
): Promise<void> {
  const sent = headers as Readonly<Record<string, string | string[]>>;
  if (typeof body === "string" || body instanceof Uint8Array) {
    const hasBody = status !== 204 && status !== 304;
    response.writeHead(
      status,
      hasBody ? { ...sent, "Content-Length": String(Buffer.byteLength(body)) } : sent,
    );
    response.end(hasBody ? body : undefined);
    return;
  }
  response.writeHead(status, sent);
  response.flushHeaders();
  const parts = body[Symbol.asyncIterator]();
  try {
    for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
      if (response.destroyed) return;
      if (!response.write(next.value)) await drained(response, stallMs);
      if (response.destroyed) return;
    }
    response.end();
  } catch {
    // The status has been sent: only an end without the last chunk tells the client that something is missing.
    response.destroy();
  } finally {
    await parts.return?.();
  }
}

/** Resolves when the connection takes more, and when it has ended. */
async function drained(response: ServerResponse, stallMs: number): Promise<void> {
  const left = new AbortController();
  const timer = setTimeout(() => response.destroy(), stallMs);
  try {
    await Promise.race([
      once(response, "drain", { signal: left.signal }),
      once(response, "close", { signal: left.signal }),
    ]);
  } finally {
    clearTimeout(timer);
    left.abort();
  }
}
