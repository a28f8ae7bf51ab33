import { PluginError } from "../../errors.ts";
import { startTimer, stopTimer, type Timer } from "../../timer.ts";
import { abortedBroker } from "./broker-outbox.ts";

/** What one side of a broker knows of the other side's servers. */
export interface Announcements<T> {
  /** Notes what the other side said about `id`; an earlier word about it is forgotten. */
  announce(id: number, announced: T): void;
  /**
   * Resolves with what was or will be said about `id`, and forgets it: each announcement is for one dial.
   *
   * @throws PluginError `dial_failed` after `timeoutMs`, or when too many wait; `aborted`; what `close` was given.
   */
  wait(id: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<T>;
  close(reason: PluginError): void;
}

/** What go-plugin gives either side to come: an announcement that nobody dials, and a dial that nobody answers. */
export const brokerTimeoutMs = 5000;

/**
 * Brings announcements and dials together, in whichever order they come.
 *
 * @param maxPending of each, announcements and waiting dials; beyond it the oldest announcement is dropped,
 *   and a further dial refused
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
      // Nobody waits for the end of this timer.
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
