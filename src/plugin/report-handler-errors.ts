import { Code, type ConnectError } from "@connectrpc/connect";
import type { LogRecord } from "../go-plugin/log/log-record.ts";
import {
  declaredSource,
  encodeErrorSource,
  errorSourceOf,
  sourceOfDetails,
} from "../handlers/error-source.ts";
import { stackOf } from "../handlers/stack-of.ts";
import { hasNoMetadata, rpcError } from "../rpc-error.ts";
import type { CallGuard, GuardedCall } from "../transport/call-guard.ts";
import { sendableError } from "../transport/sendable-error.ts";
import { attempt, isConnectError, textOfThrown, toConnectError } from "../transport/thrown.ts";
import { rpcName } from "./rpc-name.ts";

/**
 * Turns an exception of a handler into a gRPC status: a `ConnectError` as it is, anything else into UNKNOWN with its
 * message, as plugins of the Go SDK do. The latter is a defect of the plugin and is logged with its stack, unless the
 * error has an `errorSource`, as a `QueryError`. The source is sent in the status details, where Go hosts read it. An
 * exception after the call was cancelled is not a defect.
 *
 * Also logs the parts of an answer, an error or metadata that cannot be sent; the call continues without them.
 */
export function reportHandlerErrors(log: (record: LogRecord) => void): CallGuard {
  const onUnsendable = (call: GuardedCall, problem: string): void =>
    log({
      level: "error",
      message: "a part of the answer cannot be sent",
      fields: { rpc: rpcName(call.method), error: problem },
    });
  return {
    side: "handler",
    onBegin: () => {},
    onEnd: (call, reason) => {
      if (reason === undefined) return reason;
      // First make it sendable, then read the source: the properties of a thrown object may throw.
      const sendable = (error: ConnectError): ConnectError => {
        const safe = sendableError(error, (problem) => onUnsendable(call, problem));
        return attempt(() => withSource(safe)) ?? safe;
      };
      if (isConnectError(reason)) return sendable(reason);
      const { abortReason } = call;
      if (abortReason !== undefined) return toConnectError(abortReason, Code.Canceled);
      if (attempt(() => declaredSource(reason)) === undefined) {
        const error = attempt(() => stackOf(reason)) ?? textOfThrown(reason);
        log({ level: "error", message: "handler failed", fields: { rpc: rpcName(call.method), error } });
      }
      return sendable(rpcError(textOfThrown(reason), Code.Unknown, { cause: reason }));
    },
    onUnsendable,
  };
}

/** Adds the source of the error's cause to its details. A copy, because the handler may throw its error again. */
function withSource(error: ConnectError): ConnectError {
  if (sourceOfDetails(error.details) !== undefined) return error;
  const source = errorSourceOf(error);
  if (source === undefined) return error;
  const { rawMessage, code, cause, details } = error;
  const metadata = hasNoMetadata(error) ? undefined : error.metadata;
  return rpcError(rawMessage, code, { metadata, cause, details: [...details, encodeErrorSource(source)] });
}
