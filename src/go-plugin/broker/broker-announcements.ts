import { PluginError } from "../../errors.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import { abortedBroker } from "./aborted-broker.ts";

/** The servers that the other side of a broker has announced. */
export interface Announcements<T> {
  /** Stores the other side's announcement of `id`, in place of an earlier one. */
  announce(id: number, announced: T): void;
  /**
   * Resolves with the past or next announcement of `id`, and removes it: each announcement is for one dial.
   *
   * @throws PluginError `dial_failed` after `timeoutMs`, or if too many dials wait; `aborted`; the reason of `close`.
   */
  wait(id: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<T>;
  close(reason: PluginError): void;
}

/** How long an undialled announcement is kept, and a dial waits for its announcement; 5 s as in go-plugin. */
export const brokerTimeoutMs = 5000;

/**
 * Matches announcements and dials, in either order.
 *
 * @param maxPending limit for announcements and for waiting dials; beyond it the oldest announcement is dropped, and a
 *   further dial is refused
 */
export function createAnnouncements<T>(maxPending: number): Announcements<T> {
  const announcements = new Map<number, { readonly announced: T; readonly timer: NodeJS.Timeout }>();
  const waiting = new Map<number, { resolve(announced: T): void; reject(reason: PluginError): void }>();

  const forget = (id: number): T | undefined => {
    const known = announcements.get(id);
    clearTimeout(known?.timer);
    announcements.delete(id);
    return known?.announced;
  };
  return {
    announce(id, announced) {
      const dial = waiting.get(id);
      if (dial !== undefined) {
        dial.resolve(announced);
        return;
      }
      forget(id);
      const [oldest] = announcements.keys();
      if (announcements.size >= maxPending && oldest !== undefined) forget(oldest);
      // The timer must not keep the process alive.
      const timer = setTimeout(() => forget(id), brokerTimeoutMs).unref();
      announcements.set(id, { announced, timer });
    },
    async wait(id, timeoutMs, signal) {
      const known = forget(id);
      if (known !== undefined) return known;
      if (waiting.has(id))
        throw new PluginError("dial_failed", `brokered connection ${id} is being dialled already`);
      if (waiting.size >= maxPending) {
        throw new PluginError(
          "dial_failed",
          `${maxPending} brokered dials wait for the other side already: wait until one of them ends`,
        );
      }
      let timer: Timer | undefined;
      let onAbort = (): void => {};
      try {
        return await new Promise<T>((resolve, reject) => {
          onAbort = () => reject(abortedBroker("dial", id, signal));
          signal?.addEventListener("abort", onAbort, { once: true });
          if (signal?.aborted) onAbort();
          const message =
            `no address for brokered connection ${id} within ${timeoutMs} ms: ` +
            "the other side has to accept this id, and each accept is for one dial";
          timer = startTimer(timeoutMs, () => reject(new PluginError("dial_failed", message)));
          waiting.set(id, { resolve, reject });
        });
      } finally {
        stopTimer(timer);
        signal?.removeEventListener("abort", onAbort);
        waiting.delete(id);
      }
    },
    close(reason) {
      for (const id of [...announcements.keys()]) forget(id);
      for (const { reject } of waiting.values()) reject(reason);
    },
  };
}
