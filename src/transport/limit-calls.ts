import { Code, type ConnectError } from "@connectrpc/connect";
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
  const problem =
    side === "caller"
      ? `the call was not sent: ${max} calls to the plugin run already`
      : `${max} calls are being answered already`;
  return limitRunning(
    max,
    side,
    `${problem}: wait until one of them ends, or raise limits.maxConcurrentCalls`,
  );
}

/** Refuses a call with RESOURCE_EXHAUSTED and this message while `max` of those that it guards run. */
export function limitRunning(max: number, side: "caller" | "handler", message: string): CallGuard {
  let running = 0;
  let shared: ConnectError | undefined;
  // Each caller gets an error with its own stack. Of a handler's only code and text are sent, and refusing has to be
  // cheaper than calling: one error serves all, made for the first.
  const refuse = (): ConnectError => {
    const error = shared ?? rpcError(message, Code.ResourceExhausted);
    if (side === "handler") shared = error;
    return error;
  };
  return {
    side,
    onBegin: () => {
      if (running >= max) throw refuse();
      running++;
    },
    onEnd: (_call, error) => {
      running--;
      return error;
    },
  };
}
