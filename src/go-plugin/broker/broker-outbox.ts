import { PluginError } from "../../errors.ts";
import { abortAfter } from "../../timer.ts";
import { createSingleReader } from "../single-reader.ts";
import { abortedBroker } from "./aborted-broker.ts";
import type { BrokerMessage } from "./broker-message.ts";

/** Messages from one side of a broker to the other. */
export interface BrokerOutbox {
  /** The messages, for a stream to the other side. */
  read(signal: AbortSignal): AsyncGenerator<BrokerMessage>;
  /** Queues a message without waiting. */
  post(message: BrokerMessage): void;
  /**
   * Queues a message; resolves when a stream has taken it, and removes it if no stream does.
   *
   * @throws PluginError `listen_failed` after `timeoutMs`, `aborted`, or the reason of `closing`.
   */
  send(message: BrokerMessage, timeoutMs: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Queues messages until a stream takes them.
 *
 * @param maxPending beyond it the oldest message is dropped
 * @param closing aborted with a `PluginError` when the broker ends
 */
export function createBrokerOutbox(maxPending: number, closing: AbortSignal): BrokerOutbox {
  const queue: { readonly message: BrokerMessage; readonly onTaken: () => void }[] = [];
  const take = (): BrokerMessage | undefined => {
    const next = queue.shift();
    next?.onTaken();
    return next?.message;
  };
  const stream = createSingleReader("newest", take, () => {});
  const push = (message: BrokerMessage, onTaken: () => void): void => {
    queue.push({ message, onTaken });
    if (queue.length > maxPending) queue.shift();
    stream.wake();
  };
  return {
    read: (signal) => stream.read(signal),
    post: (message) => push(message, () => {}),
    send(message, timeoutMs, signal) {
      const { signal: limit, stop } = abortAfter(timeoutMs);
      const given = AbortSignal.any([closing, limit, ...(signal === undefined ? [] : [signal])]);
      const sent = new Promise<void>((resolve, reject) => {
        const onAbort = (): void => {
          const index = queue.findIndex((entry) => entry.message === message);
          if (index !== -1) queue.splice(index, 1);
          if (closing.aborted) reject(closing.reason);
          else if (limit.aborted) reject(notTaken(message.serviceId, timeoutMs));
          else reject(abortedBroker("accept", message.serviceId, signal));
        };
        given.addEventListener("abort", onAbort, { once: true });
        push(message, () => {
          given.removeEventListener("abort", onAbort);
          resolve();
        });
        if (given.aborted) onAbort();
      });
      return sent.finally(stop);
    },
  };
}

function notTaken(id: number, timeoutMs: number): PluginError {
  return new PluginError(
    "listen_failed",
    `brokered connection ${id} could not be announced within ${timeoutMs} ms: ` +
      "the host has not opened the broker's stream, or does not read it",
  );
}
