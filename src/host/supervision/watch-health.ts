import { Code, type Transport } from "@connectrpc/connect";
import { pingPlugin } from "../../go-plugin/services/ping-plugin.ts";
import { pause } from "../../timer.ts";
import { toConnectError } from "../../transport/thrown.ts";
import type { ResolvedSuperviseOptions } from "./supervise-options.ts";

/** Delay before a lost connection is dialled again, and time limit of the last check. */
const shortMs = 1000;

/**
 * Polls the plugin's health, and calls `onHung` once when the plugin answers nothing for too long. Does not keep the
 * event loop alive.
 *
 * @param heardAt returns the time of the last message of any call, as `performance.now()`
 * @returns ends the watch
 */
export function watchHealth(
  transport: Transport,
  { intervalMs, timeoutMs }: NonNullable<ResolvedSuperviseOptions["health"]>,
  heardAt: () => number,
  onHung: () => void,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const answers = async (boundMs: number): Promise<boolean> => {
    const start = performance.now();
    for (;;) {
      // Timeouts on the wire are whole numbers.
      const leftMs = Math.max(1, boundMs - Math.floor(performance.now() - start));
      const failure = await pingPlugin(transport, { timeoutMs: leftMs, signal }).then(
        () => undefined,
        (error: unknown) => toConnectError(error).code,
      );
      if (signal.aborted || heardAt() > start) return true;
      if (failure !== Code.Unavailable) return failure !== Code.DeadlineExceeded;
      // The connection is lost but the process is alive: the next call dials again.
      if (performance.now() - start >= boundMs) return false;
      await pause(Math.min(shortMs, boundMs), { signal, ref: false });
    }
  };
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(intervalMs, { signal, ref: false });
      if (signal.aborted || (await answers(timeoutMs))) continue;
      // If this process was suspended, timers fire first and the answer is read after them.
      if (!(await answers(Math.min(timeoutMs, shortMs)))) {
        onHung();
        return;
      }
    }
  };
  void watch();
  return () => stop.abort();
}
