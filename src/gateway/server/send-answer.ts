import type { ServerResponse } from "node:http";
import { leave } from "../http/fetch-call.ts";
import type { Answer, BodyPart } from "../http/http-call.ts";
import { isIterated } from "../http/is-iterated.ts";

/** A list is a name with all its values. */
type SentHeaders = Readonly<Record<string, string | string[]>>;

/** A long body is written piece by piece, so that a client that takes a little of it is known from one that takes nothing. */
const pieceBytes = 256 << 10;

/** Longer bytes cost more as a text. */
const shortBytes = 16 << 10;

/**
 * Sends an answer. Of a long body, and of one that is iterated, the next part is written when the connection has taken
 * the last one.
 *
 * @param stallMs how long a client may take nothing of such a body until its connection is ended
 */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: Answer,
  stallMs: number,
): Promise<void> {
  const sent = headers as SentHeaders;
  if (isIterated(body)) return sendIterated(response, status, sent, body, stallMs);
  const parts = typeof body === "string" || body instanceof Uint8Array ? [body] : body;
  // Not 205: RFC 9110 has no content for it, but Go's net/http, and with it a Grafana, sends what the plugin gives.
  if (status === 204 || status === 304) {
    response.writeHead(status, sent).end();
    return;
  }
  let length = 0;
  for (const part of parts) length += Buffer.byteLength(part);
  response.writeHead(status, { ...sent, "Content-Length": String(length) });
  const [only] = parts;
  if (response.req.method === "HEAD") response.end();
  else if (sent["Connection"] === "close" && isStillSending(response))
    await sendAgainst(response, only, stallMs);
  else if (parts.length === 1 && length <= pieceBytes) endWith(response, only);
  else await sendPieces(response, parts, stallMs);
}

/** Whether the client sends a body without having been asked whether it may. */
function isStillSending({ req }: ServerResponse): boolean {
  return !req.complete && req.headers.expect === undefined;
}

/**
 * Sends a short answer to a client that still sends: a connection that is closed with bytes unread is reset, and the
 * client would not read the answer. So the rest is taken and dropped first, for a while.
 */
async function sendAgainst(
  response: ServerResponse,
  body: BodyPart | undefined,
  stallMs: number,
): Promise<void> {
  const { req } = response;
  response.write(body ?? "");
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, stallMs);
    req.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    req.resume();
  });
  response.end();
}

/** Node writes a text together with the headers, and bytes apart from them. */
function endWith(response: ServerResponse, body: BodyPart | undefined): void {
  if (body instanceof Uint8Array && body.length <= shortBytes) {
    // Each byte is a character of latin1, and the other way round.
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
    response.end(text, "latin1");
  } else response.end(body);
}

async function sendPieces(
  response: ServerResponse,
  parts: readonly BodyPart[],
  stallMs: number,
): Promise<void> {
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      if (response.destroyed) return;
      if (!response.write(bytes.subarray(start, start + pieceBytes))) await drained(response, stallMs);
    }
  }
  response.end();
}

async function sendIterated(
  response: ServerResponse,
  status: number,
  headers: SentHeaders,
  body: AsyncIterable<BodyPart>,
  stallMs: number,
): Promise<void> {
  response.writeHead(status, headers);
  if (response.req.method === "HEAD" || status === 204 || status === 304) {
    // Node drops what is written to such a response as fast as it comes, without an end.
    response.end();
    await leave(body);
    return;
  }
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
function drained(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      response.off("drain", end).off("close", end);
      resolve();
    };
    const onTime = (): void => {
      // Without a socket it waits for an answer before it on its connection, and its client takes what it can.
      if (response.socket === null) timer = setTimeout(onTime, stallMs);
      else response.destroy();
    };
    let timer = setTimeout(onTime, stallMs);
    response.on("drain", end).on("close", end);
    // Closed before: no event follows.
    if (response.closed) end();
  });
}
