import { Code } from "@connectrpc/connect";
import { PluginError } from "../../errors.ts";
import { isGoPluginService } from "../../go-plugin/services/go-plugin-services.ts";
import { rpcError } from "../../rpc-error.ts";
import type { CallGuard } from "../../transport/call-guard.ts";
import { toConnectError } from "../../transport/thrown.ts";

/**
 * Makes a guard for the calls of one process, go-plugin's own apart.
 *
 * @param onAnswer called for each part of an answer
 * @param explain returns the supervision's reason for the end of the process
 */
export function observeCalls(onAnswer: () => void, explain: (ended: PluginError) => PluginError): CallGuard {
  return {
    side: "caller",
    isFor: ({ parent }) => !isGoPluginService(parent),
    onBegin: () => {},
    onReceived: onAnswer,
    onEnd: (_call, failure) => {
      if (failure === undefined) return undefined;
      const error = toConnectError(failure);
      if (error.code !== Code.Unavailable || !(error.cause instanceof PluginError)) return error;
      const reason = explain(error.cause);
      return rpcError(reason.message, Code.Unavailable, { cause: reason });
    },
  };
}
