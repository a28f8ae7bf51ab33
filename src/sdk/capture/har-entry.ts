import { messageOf } from "../../errors.ts";
import type { HarEntry, HarPair, HarRequest, HarResponse, HarText } from "./har.ts";
import { type Redactor, redacted } from "./redact.ts";

/** A request as it was sent. */
export interface SentRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
}

/** What a recorder knows of a response: its head, and the beginning of its body. */
export interface SeenResponse {
  readonly response: Response;
  readonly body: Uint8Array;
  /** `body` is not all of it. */
  readonly isCut: boolean;
}

/** The entry of one exchange, without secrets, in upstream's form. */
export function harEntry(
  request: SentRequest,
  outcome: SeenResponse | { readonly error: unknown },
  at: { readonly startedMs: number; readonly elapsedMs: number },
  redactor: Redactor,
  maxBodyBytes: number,
): HarEntry {
  const comment =
    "error" in outcome
      ? { comment: `transport error: ${redactor.text(messageOf(outcome.error), "text/plain")}` }
      : {};
  return {
    startedDateTime: new Date(at.startedMs).toISOString(),
    time: at.elapsedMs,
    request: harRequest(request, redactor, maxBodyBytes),
    response: "error" in outcome ? noResponse() : harResponse(outcome, redactor),
    cache: {},
    timings: { send: 0, wait: at.elapsedMs, receive: 0 },
    ...comment,
  };
}

/** The response of a request that got none. */
export function noResponse(): HarResponse {
  return {
    status: 0,
    statusText: "",
    httpVersion: "",
    headers: null,
    cookies: null,
    content: { size: 0, mimeType: "", text: "" },
    redirectURL: "",
    bodySize: -1,
    headersSize: -1,
  };
}

function harRequest(
  { url, method, headers, body }: SentRequest,
  redactor: Redactor,
  maxBodyBytes: number,
): HarRequest {
  const mimeType = headers.get("content-type") ?? "";
  const isStream = body instanceof ReadableStream;
  const bytes = isStream || body === undefined ? new Uint8Array() : toBytes(body);
  const isCut = isStream || bytes.length > maxBodyBytes;
  const kept = bytes.subarray(0, maxBodyBytes);
  return {
    method,
    url: redactor.url(url),
    httpVersion: "HTTP/1.1",
    headers: harHeaders(headers, redactor),
    queryString: [...url.searchParams].map(([name, value]) => ({
      name,
      value: redactor.parameter(name, value),
    })),
    cookies: cookieNames((headers.get("cookie") ?? "").split(";")),
    ...(kept.length === 0 ? {} : { postData: { mimeType, ...harText(kept, mimeType, redactor) } }),
    bodySize: isCut ? -1 : bytes.length,
    headersSize: -1,
  };
}

function harResponse({ response, body, isCut }: SeenResponse, redactor: Redactor): HarResponse {
  const { status, statusText, headers } = response;
  const mimeType = headers.get("content-type") ?? "";
  return {
    status,
    statusText,
    httpVersion: "HTTP/1.1",
    headers: harHeaders(headers, redactor),
    cookies: cookieNames(headers.getSetCookie()),
    content: { size: body.length, mimeType, ...harText(body, mimeType, redactor) },
    redirectURL: redactor.location(headers.get("location") ?? ""),
    bodySize: isCut ? -1 : body.length,
    headersSize: -1,
  };
}

function harHeaders(headers: Headers, redactor: Redactor): HarPair[] {
  return [...headers].map(([name, value]) => ({ name, value: headerValue(name, value, redactor) }));
}

function headerValue(name: string, value: string, redactor: Redactor): string {
  return name === "location" ? redactor.location(value) : redactor.header(name, value);
}

function cookieNames(cookies: readonly string[]): HarPair[] {
  const names = cookies.map((cookie) => cookie.split("=", 1)[0]?.trim() ?? "");
  return names.filter((name) => name !== "").map((name) => ({ name, value: redacted }));
}

/** A body that was cut within a character is base64, as upstream has it. */
export function harText(bytes: Uint8Array, mimeType: string, redactor: Redactor): HarText {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text: redactor.text(text, mimeType) };
  } catch {
    return { text: Buffer.from(bytes).toString("base64"), encoding: "base64" };
  }
}

function toBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}
