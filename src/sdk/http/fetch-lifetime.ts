import { startTimer, stopTimer } from "../../timer.ts";

/** How long a request may take. */
export interface Lifetime {
  readonly controller: AbortController;
  readonly stop: () => void;
}

/** Aborts with the caller's signal and after the time, until it is stopped. A time of 0 never ends. */
export function startLifetime(signal: AbortSignal | undefined, timeoutMs: number, what: string): Lifetime {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  const timer =
    timeoutMs > 0
      ? startTimer(timeoutMs, () => {
          const text = `no complete response to ${what} within ${timeoutMs} ms: ask for less, or raise the timeout in the settings of the data source`;
          controller.abort(new DOMException(text, "TimeoutError"));
        })
      : undefined;
  // The connection keeps the process alive; a body that nobody reads need not.
  timer?.unref();
  return {
    controller,
    stop: () => {
      stopTimer(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}
