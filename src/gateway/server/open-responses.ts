import type { ServerResponse } from "node:http";
import { pause } from "../../timer.ts";

/** Responses that clients have not received completely. */
export interface OpenResponses {
  readonly add: (response: ServerResponse) => void;
  /** Resolves when none is left, at the latest after `ms`. */
  readonly settled: (ms: number) => Promise<void>;
  /** Ends the watch over clients that take nothing. */
  readonly stop: () => void;
}

/** @param stallMs how often to look; a client that has not taken the end of an answer at two looks loses its connection */
export function createOpenResponses(stallMs: number): OpenResponses {
  const open = new Set<ServerResponse>();
  const idle = new AbortController();
  let isClosing = false;
  let ended = new WeakSet<ServerResponse>();
  // One timer for all: each answer is complete at once, as a rule.
  const watch = setInterval(() => {
    const before = ended;
    ended = new WeakSet();
    for (const response of open) {
      // Without a socket it waits for an answer before it on its connection.
      if (!response.writableEnded || response.socket === null) continue;
      if (before.has(response)) response.destroy();
      else ended.add(response);
    }
  }, stallMs);
  watch.unref();
  return {
    add: (response) => {
      open.add(response);
      response.once("close", () => {
        open.delete(response);
        if (isClosing && open.size === 0) idle.abort();
      });
    },
    settled: async (ms) => {
      isClosing = true;
      if (open.size > 0) await pause(ms, { signal: idle.signal });
    },
    stop: () => clearInterval(watch),
  };
}
