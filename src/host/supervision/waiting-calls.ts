import { Code, type ConnectError, type Transport } from "@connectrpc/connect";
import { startTimer, stopTimer } from "../../timer.ts";
import { toConnectError } from "../../transport/thrown.ts";

/** Calls that wait for a transport. */
interface WaitingCalls {
  readonly size: number;
  /**
   * Resolves with the next transport. Rejects with the error of `refuse`, with that of `onTimeout` after `ms`, and
   * with CANCELED when the signal is aborted.
   */
  wait(signal: AbortSignal | undefined, ms: number, onTimeout: () => ConnectError): Promise<Transport>;
  /** Lets all of them go on. */
  release(transport: Transport): void;
  /** Fails all of them. */
  refuse(makeError: () => ConnectError): void;
}

interface Waiter {
  readonly resolve: (transport: Transport) => void;
  readonly reject: (error: ConnectError) => void;
}

export function createWaitingCalls(): WaitingCalls {
  const waiting = new Set<Waiter>();
  return {
    get size() {
      return waiting.size;
    },
    wait: (signal, ms, onTimeout) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          stopTimer(timer);
          signal?.removeEventListener("abort", onAbort);
          waiting.delete(waiter);
        };
        const waiter: Waiter = {
          resolve: (transport) => {
            settle();
            resolve(transport);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        };
        const onAbort = (): void => waiter.reject(toConnectError(signal?.reason, Code.Canceled));
        const timer = startTimer(ms, () => waiter.reject(onTimeout()));
        waiting.add(waiter);
        signal?.addEventListener("abort", onAbort, { once: true });
        if (signal?.aborted) onAbort();
      }),
    release: (transport) => {
      for (const waiter of [...waiting]) waiter.resolve(transport);
    },
    refuse: (makeError) => {
      for (const waiter of [...waiting]) waiter.reject(makeError());
    },
  };
}
