import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import type { Answer } from "../http/http-call.ts";
import { HttpFailure } from "../http/http-failure.ts";
import type { RouteCall } from "../http/route.ts";
import { callerOf } from "./caller-of.ts";
import { disconnects } from "./centrifuge/codes.ts";
import { eventOf } from "./create-batch.ts";
import type { Subscriber } from "./create-channel.ts";
import type { Hub } from "./create-hub.ts";
import type { LiveSettings } from "./live-options.ts";
import type { ChannelAddress } from "./parse-channel.ts";

interface EventParts {
  readonly hub: Hub;
  readonly settings: LiveSettings;
  readonly address: ChannelAddress;
  /** JSON of the client; empty without. */
  readonly data: Uint8Array;
  /** Called once, when the client has gone or was disconnected. */
  readonly onEnd: () => void;
}

/**
 * Subscribes to a channel and answers with server-sent events. The answer begins when the subscription stands.
 *
 * @throws HttpFailure for one that is refused; then `onEnd` was called
 */
export async function answerEvents(
  call: RouteCall,
  { hub, settings, address, data, onEnd }: EventParts,
): Promise<Answer> {
  const queue = createEventQueue(settings.maxQueuedBytes);
  let ping: Timer | undefined;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stopTimer(ping);
    call.signal.removeEventListener("abort", end);
    hub.unsubscribe(address.name, subscriber);
    queue.end();
    onEnd();
  };
  const send = (part: Buffer): void => {
    if (!queue.add(part)) end();
  };
  const subscriber: Subscriber = {
    deliver: (batch) => send(batch.events()),
    end: (_, reason) => {
      send(Buffer.from(eventOf(JSON.stringify(reason), "end")));
      end();
    },
  };
  const startPing = (): void => {
    if (isOver) return;
    ping = startTimer(settings.pingMs, sendPing);
    ping.unref();
  };
  const sendPing = (): void => {
    send(Buffer.from(": ping\n\n"));
    startPing();
  };
  call.signal.addEventListener("abort", end);
  try {
    await hub.subscribe({
      address,
      call: callerOf(call),
      data,
      signal: call.signal,
      subscriber,
      begin: (initial) => {
        queue.add(Buffer.from(`: subscribed\n\n${initial === undefined ? "" : eventOf(initial)}`));
      },
    });
  } catch (error) {
    end();
    if (call.signal.aborted) throw new HttpFailure(499, "Request canceled", { cause: error });
    throw error;
  }
  startPing();
  return {
    status: 200,
    headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
    body: queue.body(end),
    isLive: true,
  };
}

/** What waits for a client of server-sent events. */
interface EventQueue {
  /** @returns false if too much waits; then the client gets the reason for its end instead */
  readonly add: (part: Buffer) => boolean;
  /** What waits is sent before the body ends. */
  readonly end: () => void;
  /** @param onLeft called when the body is not read any more */
  readonly body: (onLeft: () => void) => AsyncIterable<Uint8Array>;
}

const slow = Buffer.from(
  eventOf(JSON.stringify({ code: disconnects.slow.code, message: disconnects.slow.reason }), "end"),
);

function createEventQueue(maxBytes: number): EventQueue {
  let parts: Buffer[] = [];
  let bytes = 0;
  let isEnded = false;
  let wake = (): void => {};
  return {
    add: (part) => {
      if (isEnded) return true;
      if (bytes > maxBytes) {
        parts = [slow];
        return false;
      }
      parts.push(part);
      bytes += part.length;
      wake();
      return true;
    },
    end: () => {
      isEnded = true;
      wake();
    },
    body: (onLeft) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          while (parts.length === 0 && !isEnded) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (parts.length === 0) return { done: true, value: undefined };
          const value = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
          parts = [];
          bytes = 0;
          return { done: false, value };
        },
        return: async () => {
          onLeft();
          return { done: true, value: undefined };
        },
      }),
    }),
  };
}
