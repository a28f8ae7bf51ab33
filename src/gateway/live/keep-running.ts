import { Code, ConnectError } from "@connectrpc/connect";
import { messageOf } from "../../errors.ts";
import { pause } from "../../timer.ts";
import { HttpFailure } from "../http/http-failure.ts";

/** Why a subscription has ended for good. */
export interface StreamEnd {
  /** A status of HTTP. */
  readonly code: number;
  readonly message: string;
}

/** Opens the stream of a channel. */
export type OpenStream = (signal: AbortSignal) => Promise<AsyncIterable<{ readonly data: Uint8Array }>>;

/** A stream that is kept running. */
export interface KeptStream {
  /** Ends the current call and makes another one at once, with new settings. */
  readonly restart: () => void;
  /** Ends the stream. No packet comes any more. */
  readonly stop: () => void;
}

interface KeptStreamParts {
  /** Opens the stream. */
  readonly open: OpenStream;
  /** Takes a packet. @returns what to wait for before the next one; throws for bytes that are not a packet */
  readonly onPacket: (data: Uint8Array) => Promise<void> | undefined;
  /** The stream has failed, and is opened again after a delay. */
  readonly onRetry: (reason: string, delayMs: number) => void;
  /** Called once, unless the stream was stopped; with `undefined` when the plugin has returned. */
  readonly onEnd: (end: StreamEnd | undefined) => void;
}

/** A call that fails sooner counts as one that could not start. */
const startedMs = 100;

/**
 * Keeps a stream running as Grafana does. A plugin that returns has ended it for good. After an error it is opened again:
 * at once if it had run for a tenth of a second, else after 0, 200, 400 ms and so on, up to 5 s. Unlike in Grafana, a
 * plugin that refuses the stream or has none is not asked again.
 */
export function keepRunning({ open, onPacket, onRetry, onEnd }: KeptStreamParts): KeptStream {
  let isStopped = false;
  let current = new AbortController();

  /** @returns the error; `undefined` when the plugin has returned */
  const readAll = async ({ signal }: AbortController): Promise<unknown> => {
    try {
      for await (const { data } of await open(signal)) {
        if (signal.aborted) return undefined;
        const wait = onPacket(data);
        if (wait !== undefined) await wait;
      }
      return undefined;
    } catch (error) {
      return error ?? new Error("the stream failed without a reason");
    }
  };

  const run = async (): Promise<void> => {
    let fastFailures = 0;
    while (!isStopped) {
      const call = new AbortController();
      current = call;
      const began = performance.now();
      const error = await readAll(call);
      if (isStopped) return;
      if (call.signal.aborted) continue;
      // Of a packet that was refused, the call still runs.
      call.abort();
      const end = endOf(error);
      if (end !== "again") {
        isStopped = true;
        onEnd(end);
        return;
      }
      const isFast = performance.now() - began < startedMs;
      const delayMs = isFast ? delayAfter(fastFailures) : 0;
      fastFailures = isFast ? fastFailures + 1 : 0;
      onRetry(messageOf(error), delayMs);
      // A restart ends the delay.
      current = new AbortController();
      await pause(delayMs, { signal: current.signal });
    }
  };
  void run();
  return {
    restart: () => current.abort(),
    stop: () => {
      isStopped = true;
      current.abort();
    },
  };
}

function endOf(error: unknown): StreamEnd | "again" | undefined {
  if (error === undefined) return undefined;
  if (error instanceof HttpFailure) return { code: error.status, message: error.message };
  if (!(error instanceof ConnectError)) return "again";
  switch (error.code) {
    case Code.Unimplemented:
      return undefined;
    case Code.PermissionDenied:
      return { code: 403, message: "Forbidden" };
    case Code.NotFound:
      return { code: 404, message: "Not Found" };
    default:
      return "again";
  }
}

/** Milliseconds before the next call, after so many that could not start. */
export function delayAfter(fastFailures: number): number {
  return fastFailures === 0 ? 0 : Math.min(100 * 2 ** fastFailures, 5000);
}
