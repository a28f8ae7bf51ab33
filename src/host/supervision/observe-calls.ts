import { Code, type Interceptor } from "@connectrpc/connect";
import { PluginError } from "../../errors.ts";
import { rpcError } from "../../rpc-error.ts";
import { guardCalls } from "../../transport/guard-calls.ts";
import { toConnectError } from "../../transport/thrown.ts";

/**
 * Makes a guard for the calls of one process.
 *
 * @param onAnswer called for each part of an answer
 * @param explain returns the supervision's reason for the end of the process
 */
export function observeCalls(
  onAnswer: () => void,
  explain: (ended: PluginError) => PluginError,
): Interceptor {
  return guardCalls({
    side: "caller",
    onBegin: () => {},
    onReceived: onAnswer,
    onEnd: (_call, failure) => {
      if (failure === undefined) return undefined;
      const error = toConnectError(failure);
      if (error.code !== Code.Unavailable || !(error.cause instanceof PluginError)) return error;
      const reason = explain(error.cause);
      return rpcError(reason.message, Code.Unavailable, { cause: reason });
    },
  });
}
