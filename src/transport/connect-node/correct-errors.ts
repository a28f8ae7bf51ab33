import { Code, type ConnectError, type Interceptor } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";
import { cutMessage } from "../sendable-error.ts";
import { toConnectError } from "../thrown.ts";
import { watchMessages } from "../watch-messages.ts";
import { withMessages } from "../with-messages.ts";

/**
 * Gives the errors of connect-node the codes that gRPC specifies:
 *
 * - a truncated message is INTERNAL: connect-node reports INVALID_ARGUMENT, which would blame the caller's request;
 * - a call that ended because the connection was lost is UNAVAILABLE: connect-node reports CANCELED, ABORTED or
 *   INTERNAL, depending on the progress of the call;
 * - a reset with a specific error code gets gRPC's code for it: connect-node reports INTERNAL.
 *
 * A status that the server sent stays as it is.
 */
export function correctErrors(isOpen: () => boolean): Interceptor {
  return (next) => async (request) => {
    const correct = (reason: unknown): ConnectError => correctError(reason, request.signal, isOpen);
    try {
      const response = await next(request);
      return response.stream
        ? withMessages(response, watchMessages(response.message, { mapError: correct }))
        : response;
    } catch (reason) {
      throw correct(reason);
    }
  };
}

function correctError(reason: unknown, signal: AbortSignal, isOpen: () => boolean): ConnectError {
  const error = toConnectError(reason);
  if (error.isWireError) return shortened(error);
  if (signal.aborted) return error;
  const isLocal = error.rawMessage.startsWith("protocol error:") || error.rawMessage.startsWith("http/2 ");
  if (!isOpen() && (isLocal || error.code === Code.Aborted || error.code === Code.Canceled)) {
    return rpcError(`connection lost: ${error.rawMessage}`, Code.Unavailable, {
      metadata: error.metadata,
      cause: error,
    });
  }
  const code = isLocal && error.code === Code.InvalidArgument ? Code.Internal : codeOfReset(error.rawMessage);
  return code === undefined || code === error.code
    ? error
    : rpcError(error.rawMessage, code, { metadata: error.metadata, cause: error });
}

/** The error with the server's text cut to the length that this side would send. */
function shortened(error: ConnectError): ConnectError {
  const message = cutMessage(error.rawMessage);
  if (message === error.rawMessage) return error;
  const shorter = rpcError(message, error.code, { metadata: error.metadata, cause: error.cause });
  shorter.details = error.details;
  shorter.isWireError = true;
  return shorter;
}

function codeOfReset(message: string): Code | undefined {
  if (message.endsWith(" NGHTTP2_REFUSED_STREAM")) return Code.Unavailable;
  if (message.endsWith(" NGHTTP2_CANCEL")) return Code.Canceled;
  return message.endsWith(" NGHTTP2_ENHANCE_YOUR_CALM") ? Code.ResourceExhausted : undefined;
}
