import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CallResourceResponseSchema } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { isError, messageOf } from "../../errors.ts";
import { isThenable } from "../../handlers/is-thenable.ts";

/** The answer of a resource call. */
export interface ResourceAnswer {
  /** The HTTP status, 200 to 999. Default 200. */
  readonly code?: number | undefined;
  /** By name; several values are several header lines. Hosts expect canonical names, such as `Content-Type`. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /**
   * A text, bytes, a stream of either, or any other value, which is sent as JSON. The default `Content-Type` is
   * `text/plain` for a text, `application/octet-stream` for bytes and streams, `application/json` for JSON. Default: no
   * body.
   */
  readonly body?: unknown;
}

type Message = MessageInitShape<typeof CallResourceResponseSchema>;

/**
 * Makes the messages of a resource call from code, headers and body: `callResource: ({ path }) => answerResource({
 * code: 404, body: { message: "nothing at " + path } })`.
 *
 * A stream (an async iterable, a `ReadableStream`, a generator) is sent part by part as the host reads it; it is closed
 * when the host cancels the call.
 *
 * @throws TypeError for headers that are a `Headers`, a `Map` or a list, for a body that JSON cannot represent, such as
 *   a promise, an error or one with a bigint, and for a part of a stream that is neither text nor bytes. Code and headers
 *   are checked by the plugin, as in all answers.
 */
export async function* answerResource(answer: ResourceAnswer): AsyncGenerator<Message> {
  const { first, parts } = readAnswer(answer);
  let hasBegun = false;
  for await (const part of parts) {
    const bytes = toBytes(part);
    yield hasBegun ? { body: bytes } : { ...first, body: bytes };
    hasBegun = true;
  }
  if (!hasBegun) yield first;
}

type Parts = AsyncIterable<unknown> | Iterable<unknown>;

/** The whole answer as one message, or `undefined` if its body is a stream. Throws as {@link answerResource}. */
export function answerAtOnce(answer: ResourceAnswer): Message | undefined {
  const { first, parts } = readAnswer(answer);
  if (!Array.isArray(parts)) return undefined;
  return parts.length === 0 ? first : { ...first, body: toBytes(parts[0]) };
}

function readAnswer({ code = 200, headers = {}, body }: ResourceAnswer): {
  readonly first: Message;
  readonly parts: Parts;
} {
  const { parts, contentType } = readBody(body);
  return { first: { code, headers: toHeaders(headers, contentType) }, parts };
}

function readBody(body: unknown): { readonly parts: Parts; readonly contentType?: string } {
  if (body === undefined) return { parts: [] };
  if (typeof body === "string") return { parts: [body], contentType: "text/plain; charset=utf-8" };
  if (isBytes(body)) return { parts: [body], contentType: "application/octet-stream" };
  if (isStream(body)) return { parts: body, contentType: "application/octet-stream" };
  if (isOpaque(body)) {
    throw new TypeError(
      "answerResource: expected a body of text, bytes, a stream or JSON, got a Blob or the like: pass its stream(), or the body of a Response",
    );
  }
  if (isThenable(body))
    throw new TypeError("answerResource: expected a body, got a promise of one: await it");
  // Its members are not enumerable, so that JSON has none of them.
  if (isError(body)) {
    throw new TypeError("answerResource: expected a body, got an error: pass { message: error.message }", {
      cause: body,
    });
  }
  const json = toJson(body);
  if (json === undefined) throw new TypeError(`answerResource: JSON cannot hold a ${typeof body} as body`);
  return { parts: [json], contentType: "application/json" };
}

function toJson(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const advice = /BigInt/.test(messageOf(cause)) ? ": pass its text, or a number" : "";
    throw new TypeError(`answerResource: JSON cannot hold the body: ${messageOf(cause)}${advice}`, { cause });
  }
}

function toHeaders(
  headers: NonNullable<ResourceAnswer["headers"]>,
  contentType: string | undefined,
): Record<string, { values: string[] }> {
  // They have no properties, so their content would be lost silently.
  if (headers === null || Symbol.iterator in headers) {
    throw new TypeError(
      "answerResource: expected headers as an object by name, such as Object.fromEntries(headers)",
    );
  }
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name, { values: typeof value === "string" ? [value] : [...value] }] as const],
  );
  const hasType = entries.some(([name]) => name.toLowerCase() === "content-type");
  if (contentType !== undefined && !hasType) entries.unshift(["Content-Type", { values: [contentType] }]);
  return Object.fromEntries(entries);
}

function toBytes(part: unknown): Uint8Array {
  if (typeof part === "string") return new TextEncoder().encode(part);
  if (!isBytes(part)) {
    throw new TypeError(
      `answerResource: expected texts or bytes in the stream of the body, got a ${typeof part}`,
    );
  }
  return ArrayBuffer.isView(part)
    ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    : new Uint8Array(part);
}

/** Not by `instanceof`, because bytes may come from another realm. */
function isBytes(value: unknown): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** Objects of the platform that JSON would write as `{}`. */
function isOpaque(value: unknown): boolean {
  return /^\[object (Blob|File|Request|Response)\]$/.test(Object.prototype.toString.call(value));
}

/** A list is not a stream but JSON. */
function isStream(value: unknown): value is Parts {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}
