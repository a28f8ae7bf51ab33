import type { ServerResponse } from "node:http";
import { pause } from "../../timer.ts";

/** Responses that clients have not received completely. */
export interface OpenResponses {
  readonly add: (response: ServerResponse) => void;
  /** Resolves when none is left, at the latest after `ms`. */
  readonly settled: (ms: number) => Promise<void>;
}

export function createOpenResponses(): OpenResponses {
  let count = 0;
  const idle = new AbortController();
  let isClosing = false;
  return {
    add: (response) => {
      count++;
      response.once("close", () => {
        count--;
        if (isClosing && count === 0) idle.abort();
      });
    },
    settled: async (ms) => {
      isClosing = true;
      if (count > 0) await pause(ms, { signal: idle.signal });
    },
  };
}
