import type { Call, Caller } from "./create-caller.ts";
import { GatewayError, messageOf } from "./gateway-error.ts";
import { objectOf, textOf } from "./json-value.ts";

export function traceIdOf({ headers }: Response): string | undefined {
  return headers.get("grafana-trace-id") ?? undefined;
}

/** An answer with its body as JSON. */
export interface JsonAnswer {
  readonly response: Response;
  readonly body: unknown;
}

/**
 * Sends a request and reads the answer as JSON, whatever its status is.
 *
 * @throws GatewayError `unreachable`, `broken_off`; `refused` and `unexpected_answer` for a body that is not JSON
 */
export async function askJson(caller: Caller, call: Call): Promise<JsonAnswer> {
  const response = await caller.send(call);
  return { response, body: await readJson(response, call.signal) };
}

/**
 * Sends a request whose answer is read in parts.
 *
 * @throws GatewayError `unreachable`; `refused` for an error status; `unexpected_answer` for another content type
 */
export async function openBody(caller: Caller, call: Call, contentType: string): Promise<Response> {
  const response = await caller.send(call);
  if (!response.ok) throw refusal(response, await readJson(response, call.signal));
  const seen = response.headers.get("content-type") ?? "no content type";
  if (!seen.startsWith(contentType)) throw unexpected(response, contentType, seen);
  return response;
}

async function readJson(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  let text = "";
  try {
    text = await response.text();
    return JSON.parse(text);
  } catch (cause) {
    signal?.throwIfAborted();
    if (!(cause instanceof SyntaxError)) throw brokenOff(response, cause);
    throw unlike({ response, body: undefined }, "JSON", text);
  }
}

/** The error of an answer that is not the expected one: an error status says why, another answer is not of this API. */
export function unlike(
  { response, body }: JsonAnswer,
  expected: string,
  seen: string = "none",
): GatewayError {
  return response.ok ? unexpected(response, expected, excerptOf(seen)) : refusal(response, body, seen);
}

export function brokenOff(response: Response, cause?: unknown): GatewayError {
  const why = cause === undefined ? "" : ` (${messageOf(cause)})`;
  return new GatewayError(
    "broken_off",
    `expected more of the answer, the connection ended${why}: ask again`,
    {
      status: response.status,
      traceId: traceIdOf(response),
      cause,
    },
  );
}

export function unexpected(response: Response, expected: string, seen: string): GatewayError {
  return new GatewayError(
    "unexpected_answer",
    `expected ${expected}, got ${seen}: check that the url is that of a gateway`,
    { status: response.status, traceId: traceIdOf(response) },
  );
}

/** The error of an answer that says why it refuses, in the form of `/api` or `/apis`, or that says nothing of use. */
function refusal(response: Response, body: unknown, text: string = ""): GatewayError {
  const { status, headers } = response;
  const { message, messageId, traceID } = objectOf(body);
  const said = textOf(message) ?? (excerptOf(text) || response.statusText);
  const wait = Number(headers.get("retry-after") ?? Number.NaN);
  return new GatewayError("refused", `the gateway answered with ${status}: ${said}`, {
    status,
    messageId: textOf(messageId),
    traceId: traceIdOf(response) ?? textOf(traceID),
    retryAfterSeconds: wait >= 0 ? wait : undefined,
  });
}

function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
