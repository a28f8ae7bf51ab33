import type { Answer, HttpCall } from "./http-call.ts";
import { HttpFailure } from "./http-failure.ts";
import { isIterated } from "./is-iterated.ts";

/** A Fetch request as a call. */
export function callOfRequest(request: Request): HttpCall {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    header: (name) => request.headers.get(name) ?? (name === "host" ? url.host : undefined),
    headers: () => request.headers,
    body: (maxBytes) => readBody(request, maxBytes),
    onGone: (listener) => {
      const { signal } = request;
      if (signal.aborted) listener();
      else signal.addEventListener("abort", listener, { once: true });
    },
    remoteAddress: undefined,
  };
}

async function readBody({ body }: Request, maxBytes: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop cancels the rest of the body.
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    if (cause instanceof HttpFailure) throw cause;
    throw new HttpFailure(400, "the body broke off", { cause });
  }
}

export function tooLarge(maxBytes: number): HttpFailure {
  return new HttpFailure(413, `expected a body of at most ${maxBytes} bytes`, {
    headers: { Connection: "close" },
  });
}

/** An answer as a Fetch response. Its body, if it is iterated, is read as the client reads it. */
export function responseOf({ status, headers, body }: Answer, method: string): Response {
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of typeof value === "string" ? [value] : value) sent.append(name, each);
  }
  // `Response` refuses a body for these, and 101, which is not a status of an answer.
  const hasBody = method !== "HEAD" && status !== 204 && status !== 205 && status !== 304;
  if (hasBody) return new Response(bodyInit(body), { status, headers: sent });
  if (isIterated(body)) void leave(body);
  return new Response(null, { status, headers: sent });
}

function bodyInit(body: Answer["body"]): BodyInit {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer>;
  if (!isIterated(body)) return new Blob(body as BlobPart[]);
  const encoder = new TextEncoder();
  const parts = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(typeof next.value === "string" ? encoder.encode(next.value) : next.value);
    },
    async cancel() {
      await parts.return?.();
    },
  });
}

/** Ends a body that has no reader, and with it the call of the plugin. Never rejects. */
export async function leave(body: AsyncIterable<unknown>): Promise<void> {
  // Nothing is read before: a plugin that has sent its headers may send nothing else for hours.
  try {
    await body[Symbol.asyncIterator]().return?.();
  } catch {
    // The call is over, and nobody waits for its body.
  }
}
