import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";

/**
 * Gives the errors of connect-node the code that gRPC wants:
 *
 * - a message that breaks off is INTERNAL: connect-node says INVALID_ARGUMENT, which would blame
 *   the caller's request;
 * - a call that ended because the connection was lost is UNAVAILABLE: connect-node says
 *   CANCELED, ABORTED or INTERNAL, depending on where the call was.
 */
export function correctErrors(isOpen: () => boolean): Interceptor {
  return (next) => async (request) => {
    const correct = (reason: unknown): ConnectError => correctError(reason, request.signal, isOpen);
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: mapErrors(response.message, correct) } : response;
    } catch (reason) {
      throw correct(reason);
    }
  };
}

function correctError(reason: unknown, signal: AbortSignal, isOpen: () => boolean): ConnectError {
  const error = ConnectError.from(reason);
  if (signal.aborted) return error;
  const isLocal = error.rawMessage.startsWith("protocol error:") || error.rawMessage.startsWith("http/2 ");
  if (!isOpen() && (isLocal || error.code === Code.Aborted || error.code === Code.Canceled)) {
    return new ConnectError(
      `connection lost: ${error.rawMessage}`,
      Code.Unavailable,
      error.metadata,
      undefined,
      error,
    );
  }
  if (isLocal && error.code === Code.InvalidArgument) {
    return new ConnectError(error.rawMessage, Code.Internal, error.metadata, undefined, error);
  }
  return error;
}

async function* mapErrors<T>(
  messages: AsyncIterable<T>,
  map: (reason: unknown) => ConnectError,
): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (reason) {
    throw map(reason);
  }
}
