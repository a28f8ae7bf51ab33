import { type Caller, pathOf } from "./create-caller.ts";
import { createEventParser, type StreamEvent } from "./event-parser.ts";
import { GatewayError, messageOf } from "./gateway-error.ts";
import { createFrameReader, type JsonFrame } from "./json-frame.ts";
import { objectOf, textOf } from "./json-value.ts";
import { leavable } from "./leavable.ts";
import { brokenOff, openBody } from "./read-answer.ts";
import { readText } from "./read-text.ts";

/** What a stream sent: its first data, or a packet. */
export interface LivePacket {
  /** The JSON, as the plugin sent it. */
  readonly data: unknown;
  /** The packet as a frame, with the schema of an earlier one if it has none; `undefined` for other JSON. */
  readonly frame: JsonFrame | undefined;
}

/** A connection that was lost, and when the next one is tried. */
export interface Reconnection {
  /** Counts from 1; begins again when a packet has come. */
  readonly attempt: number;
  readonly delayMs: number;
  /** Why the connection before ended, or could not be made. */
  readonly error: GatewayError;
}

/** What a subscription asks for, and how it deals with lost connections. */
export interface LiveOptions {
  /** JSON for the plugin, which may decide by it whether to accept the subscription, and what to send. */
  readonly data?: unknown;
  /** Ends the stream, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before the first reconnection, less up to a half by chance; doubles with each attempt. Default 500. */
  readonly minDelayMs?: number | undefined;
  /** Longest delay between two attempts, in milliseconds. Default 20000. */
  readonly maxDelayMs?: number | undefined;
  /** Reconnections in a row after which the stream rejects with the last error; 0 for none. Default: unlimited. */
  readonly maxAttempts?: number | undefined;
  /**
   * Milliseconds after which a connection on which nothing came counts as lost. Default 80000: the gateway sends a comment
   * every 25 seconds.
   */
  readonly silenceMs?: number | undefined;
  /** Called when the connection is lost. Packets that the plugin sends until the next one stands are missing. */
  readonly onReconnect?: ((reconnection: Reconnection) => void) | undefined;
}

/** Follows a channel by server-sent events. @throws GatewayError `invalid_option` for a channel without three parts */
export function followLive(
  caller: Caller,
  channel: string,
  options: LiveOptions = {},
): AsyncIterableIterator<LivePacket> {
  const path = streamPath(channel, options.data);
  return leavable(options.signal, (signal) => packetsOf(caller, path, options, signal));
}

function streamPath(channel: string, data: unknown): string {
  const [scope = "", namespace = "", ...rest] = channel.split("/");
  const hasParts = [scope, namespace, ...rest].every((part) => part !== "" && part !== "." && part !== "..");
  if (rest.length === 0 || !hasParts) {
    throw new GatewayError(
      "invalid_option",
      `expected a channel like "ds/<uid>/<path>" or "plugin/<id>/<path>", got ${JSON.stringify(channel)}`,
    );
  }
  const query = data === undefined ? "" : `?data=${encodeURIComponent(JSON.stringify(data))}`;
  return `/api/live/sse${pathOf(scope, namespace, ...rest)}${query}`;
}

async function* packetsOf(
  caller: Caller,
  path: string,
  options: LiveOptions,
  signal: AbortSignal,
): AsyncGenerator<LivePacket, void> {
  const { maxDelayMs = 20_000, maxAttempts = 1 / 0, onReconnect } = options;
  const frames = createFrameReader();
  const state: StreamState = {
    hasStood: false,
    stoodAt: undefined,
    delayMs: options.minDelayMs ?? 500,
  };
  for (let attempt = 0; ; ) {
    let error: GatewayError;
    try {
      for await (const event of eventsOf(caller, path, options, signal, state)) {
        if (event.name === "end") throw endOf(event);
        attempt = 0;
        if (event.name === "message") yield packetOf(event, frames);
      }
      continue;
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof GatewayError) || !state.hasStood || !isTemporary(failure)) throw failure;
      error = failure;
    }
    // A connection that stood for a while was not in vain, even if no packet came.
    const hasLasted = state.stoodAt !== undefined && Date.now() - state.stoodAt > maxDelayMs;
    attempt = hasLasted ? 1 : attempt + 1;
    if (attempt > maxAttempts) throw error;
    // Clients that lost the same gateway do not all come back at once.
    const backOff = state.delayMs * 2 ** Math.min(attempt - 1, 20) * (0.5 + Math.random() / 2);
    const delayMs = Math.round(
      Math.max(Math.min(backOff, maxDelayMs), (error.retryAfterSeconds ?? 0) * 1000),
    );
    onReconnect?.({ attempt, delayMs, error });
    await wait(delayMs, signal);
  }
}

/** What is known of a stream from its connections so far. */
interface StreamState {
  /** A stream that never stood is not tried again: its channel or the url may be wrong. */
  hasStood: boolean;
  /** When the last connection began to stand; `undefined` if it never did. */
  stoodAt: number | undefined;
  delayMs: number;
}

const contentType = "text/event-stream";

/** The events of one connection. It never ends without an error. */
async function* eventsOf(
  caller: Caller,
  path: string,
  { silenceMs = 80_000 }: LiveOptions,
  signal: AbortSignal,
  state: StreamState,
): AsyncGenerator<StreamEvent, void> {
  state.stoodAt = undefined;
  const connection = new AbortController();
  const abort = (): void => connection.abort(signal.reason);
  const onSilence = (): void =>
    connection.abort(
      new GatewayError("broken_off", `expected a sign of life, nothing came for ${silenceMs} ms`),
    );
  signal.addEventListener("abort", abort);
  const timer = setTimeout(onSilence, silenceMs);
  try {
    signal.throwIfAborted();
    const init: RequestInit = { headers: { accept: contentType }, cache: "no-store" };
    const response = await openBody(caller, { path, init, signal: connection.signal }, contentType);
    clearTimeout(timer);
    state.hasStood = true;
    state.stoodAt = Date.now();
    const parser = createEventParser();
    for await (const part of readText(response, connection.signal, { afterMs: silenceMs, onSilence })) {
      yield* parser.push(part);
      state.delayMs = parser.retryMs() ?? state.delayMs;
    }
    throw brokenOff(response);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    connection.abort();
  }
}

function packetOf({ data }: StreamEvent, frames: ReturnType<typeof createFrameReader>): LivePacket {
  try {
    const value: unknown = JSON.parse(data);
    return { data: value, frame: frames.read(value) };
  } catch (cause) {
    throw new GatewayError("unexpected_answer", `expected JSON in each packet: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function endOf({ data }: StreamEvent): GatewayError {
  let said: unknown;
  try {
    said = JSON.parse(data);
  } catch {
    said = { message: data };
  }
  const { code, message } = objectOf(said);
  return new GatewayError(
    "stream_ended",
    `the gateway ended the stream: ${textOf(message) ?? "no reason given"}`,
    {
      reason: typeof code === "number" || typeof code === "string" ? code : undefined,
    },
  );
}

/**
 * Whether another try may succeed: the gateway was out of reach, busy or starting. Of the ends of a stream it is 503, by
 * which the gateway says that it closes, and as for clients of Centrifuge a code from 3000 to 3499, such as that of a
 * client that was too slow.
 */
function isTemporary({ code, status = 0, reason }: GatewayError): boolean {
  if (code === "stream_ended")
    return Number(reason) === 503 || (Number(reason) >= 3000 && Number(reason) < 3500);
  if (code === "refused") return status === 408 || status === 429 || (status >= 500 && status !== 501);
  return code === "unreachable" || code === "broken_off";
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    // With a longer delay a timer fires at once.
    const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener("abort", end);
  });
}
