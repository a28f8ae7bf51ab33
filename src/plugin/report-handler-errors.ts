import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { LogRecord } from "../goplugin/log/log-record.ts";
import { guardCalls } from "../transport/guard-calls.ts";

/**
 * Turns what a handler throws into a gRPC status: a `ConnectError` as it is, anything else into
 * UNKNOWN with its message, as plugins of the Go SDK do. The latter is a defect of the plugin, so it is
 * logged with its stack. What a handler throws after its call was cancelled is no defect.
 */
export function reportHandlerErrors(log: (record: LogRecord) => void): Interceptor {
  return guardCalls({
    side: "handler",
    onBegin: () => {},
    onEnd: (call, reason) => {
      if (reason === undefined || reason instanceof ConnectError) return reason;
      const { method, abortReason } = call;
      if (abortReason !== undefined) return ConnectError.from(abortReason, Code.Canceled);
      const rpc = `${method.parent.typeName}/${method.name}`;
      const message = reason instanceof Error ? reason.message : String(reason);
      // What is no error is not logged whole: it may be a request, with secrets.
      const error = reason instanceof Error ? reason : message;
      log({ level: "error", message: "handler failed", fields: { rpc, error } });
      return new ConnectError(message, Code.Unknown, undefined, undefined, reason);
    },
  });
}
