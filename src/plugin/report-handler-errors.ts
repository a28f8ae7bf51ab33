import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { LogRecord } from "../goplugin/log/log-record.ts";
import { watchMessages } from "../transport/watch-messages.ts";
import { withMessages } from "../transport/with-messages.ts";

/**
 * Turns what a handler throws into a gRPC status: a `ConnectError` as it is, anything else into
 * UNKNOWN with its message, as plugins of the Go SDK do. The latter is a defect of the plugin, so it is
 * logged with its stack. What a handler throws after its call was cancelled is no defect.
 */
export function reportHandlerErrors(log: (record: LogRecord) => void): Interceptor {
  return (next) => async (request) => {
    const report = (reason: unknown): ConnectError => {
      if (reason instanceof ConnectError) return reason;
      if (request.signal.aborted) return ConnectError.from(request.signal.reason, Code.Canceled);
      const rpc = `${request.service.typeName}/${request.method.name}`;
      const message = reason instanceof Error ? reason.message : String(reason);
      // What is no error is not logged whole: it may be a request, with secrets.
      const error = reason instanceof Error ? reason : message;
      log({ level: "error", message: "handler failed", fields: { rpc, error } });
      return new ConnectError(message, Code.Unknown, undefined, undefined, reason);
    };
    try {
      const response = await next(request);
      return response.stream
        ? withMessages(response, watchMessages(response.message, { mapError: report }))
        : response;
    } catch (reason) {
      throw report(reason);
    }
  };
}
