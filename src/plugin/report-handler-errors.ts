import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { LogRecord } from "../goplugin/log/log-record.ts";
import {
  declaredSource,
  encodeErrorSource,
  errorSourceOf,
  sourceOfDetails,
} from "../handlers/error-source.ts";
import { stackOf } from "../handlers/thrown.ts";
import type { GuardedCall } from "../transport/call-guard.ts";
import { guardCalls } from "../transport/guard-calls.ts";
import { sendableError } from "../transport/sendable-error.ts";
import { attempt, isConnectError, textOfThrown, toConnectError } from "../transport/thrown.ts";

/**
 * Turns what a handler throws into a gRPC status: a `ConnectError` as it is, anything else into
 * UNKNOWN with its message, as plugins of the Go SDK do. The latter is a defect of the plugin, so it is
 * logged with its stack, unless it says whose fault it is, as a `QueryError` does. That source goes into the status
 * details, where Go hosts read it. What a handler throws after its call was cancelled is no defect.
 *
 * Logs also what cannot be sent of an answer, of an error or of metadata; the call goes on without it.
 */
export function reportHandlerErrors(log: (record: LogRecord) => void): Interceptor {
  const onUnsendable = (call: GuardedCall, problem: string): void =>
    log({
      level: "error",
      message: "a part of the answer cannot be sent",
      fields: { rpc: nameOf(call), error: problem },
    });
  return guardCalls({
    side: "handler",
    onBegin: () => {},
    onEnd: (call, reason) => {
      if (reason === undefined) return reason;
      // First what can be sent, then the source: what a handler throws may throw when it is read.
      const sendable = (error: ConnectError): ConnectError => {
        const safe = sendableError(error, (problem) => onUnsendable(call, problem));
        return attempt(() => withSource(safe)) ?? safe;
      };
      if (isConnectError(reason)) return sendable(reason);
      const { abortReason } = call;
      if (abortReason !== undefined) return toConnectError(abortReason, Code.Canceled);
      if (attempt(() => declaredSource(reason)) === undefined) {
        const error = attempt(() => stackOf(reason)) ?? textOfThrown(reason);
        log({ level: "error", message: "handler failed", fields: { rpc: nameOf(call), error } });
      }
      return sendable(new ConnectError(textOfThrown(reason), Code.Unknown, undefined, undefined, reason));
    },
    onUnsendable,
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

function nameOf({ method }: GuardedCall): string {
  return `${method.parent.typeName}/${method.name}`;
}
