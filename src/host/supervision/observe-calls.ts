import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { PluginError } from "../../errors.ts";
import { watchMessages } from "../../transport/watch-messages.ts";
import { withMessages } from "../../transport/with-messages.ts";

/**
 * An interceptor for the calls of one process.
 *
 * @param onAnswer called for each message that the process sent
 * @param explain gives the reason that a supervised plugin has for the end of its process
 */
export function observeCalls(
  onAnswer: () => void,
  explain: (ended: PluginError) => PluginError,
): Interceptor {
  const explained = (failure: unknown): ConnectError => {
    const error = ConnectError.from(failure);
    if (error.code !== Code.Unavailable || !(error.cause instanceof PluginError)) return error;
    const reason = explain(error.cause);
    return new ConnectError(reason.message, Code.Unavailable, undefined, undefined, reason);
  };
  return (next) => async (request) => {
    try {
      const response = await next(request);
      onAnswer();
      return response.stream
        ? withMessages(
            response,
            watchMessages(response.message, { onMessage: onAnswer, mapError: explained }),
          )
        : response;
    } catch (failure) {
      throw explained(failure);
    }
  };
}
