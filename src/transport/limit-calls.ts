import { Code } from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";
import type { CallGuard } from "./call-guard.ts";

/** Calls that may run at the same time unless an option says otherwise: a host holds one for each live subscription. */
export const defaultMaxConcurrentCalls = 16_384;

/**
 * Refuses a call with RESOURCE_EXHAUSTED at once while `max` others run, streams included. The caller decides which
 * calls can wait; a queue would be another buffer, and could wait for streams that never end.
 *
 * @param side for `caller` a cancelled call has ended; for `handler` it ends when the handler returns
 */
export function limitCalls(max: number, side: "caller" | "handler"): CallGuard {
  let running = 0;
  const refusal =
    side === "caller"
      ? `the call was not sent: ${max} calls to the plugin run already`
      : `${max} calls are being answered already`;
  return {
    side,
    onBegin: () => {
      if (running >= max) {
        throw rpcError(
          `${refusal}: wait until one of them ends, or raise limits.maxConcurrentCalls`,
          Code.ResourceExhausted,
        );
      }
      running++;
    },
    onEnd: (_call, error) => {
      running--;
      return error;
    },
  };
}
