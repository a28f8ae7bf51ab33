import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { LogRecord } from "../goplugin/log/log-record.ts";
import {
  declaredSource,
  encodeErrorSource,
  errorSourceOf,
  sourceOfDetails,
} from "../handlers/error-source.ts";
import { messageOf, stackOf } from "../handlers/thrown.ts";
import { guardCalls } from "../transport/guard-calls.ts";

/**
 * Turns what a handler throws into a gRPC status: a `ConnectError` as it is, anything else into
 * UNKNOWN with its message, as plugins of the Go SDK do. The latter is a defect of the plugin, so it is
 * logged with its stack, unless it says whose fault it is, as a `QueryError` does. That source goes into the status
 * details, where Go hosts read it. What a handler throws after its call was cancelled is no defect.
 */
export function reportHandlerErrors(log: (record: LogRecord) => void): Interceptor {
  return guardCalls({
    side: "handler",
    onBegin: () => {},
    onEnd: (call, reason) => {
      if (reason === undefined) return reason;
      if (reason instanceof ConnectError) return withSource(reason);
      const { method, abortReason } = call;
      if (abortReason !== undefined) return ConnectError.from(abortReason, Code.Canceled);
      if (declaredSource(reason) === undefined) {
        const rpc = `${method.parent.typeName}/${method.name}`;
        log({ level: "error", message: "handler failed", fields: { rpc, error: stackOf(reason) } });
      }
      return withSource(new ConnectError(messageOf(reason), Code.Unknown, undefined, undefined, reason));
    },
  });
}

/** The error, with the source of its cause among its details. A copy: the handler may throw its error again. */
function withSource(error: ConnectError): ConnectError {
  if (sourceOfDetails(error.details) !== undefined) return error;
  const source = errorSourceOf(error);
  if (source === undefined) return error;
  const { rawMessage, code, metadata, cause, details } = error;
  const copy = new ConnectError(rawMessage, code, metadata, undefined, cause);
  copy.details = [...details, encodeErrorSource(source)];
  return copy;
}
