import type { CallGuard } from "../transport/call-guard.ts";

/** Counts running handlers, including those of cancelled calls, for which no connection waits any more. */
interface HandlerCount {
  readonly guard: CallGuard;
  isAnyRunning(): boolean;
  /** Resolves when no handler is running, and after `graceMs` at the latest. */
  ended(graceMs: number): Promise<void>;
}

export function countHandlers(): HandlerCount {
  let running = 0;
  let onEnded: (() => void) | undefined;
  return {
    guard: {
      side: "handler",
      onBegin: () => {
        running++;
      },
      onEnd: (_call, error) => {
        running--;
        if (running === 0) onEnded?.();
        return error;
      },
    },
    isAnyRunning: () => running > 0,
    ended: (graceMs) =>
      new Promise((resolve) => {
        if (running === 0) return resolve();
        const timer = setTimeout(resolve, graceMs);
        onEnded = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
