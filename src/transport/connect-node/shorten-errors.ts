import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { shortenError } from "../shorten-error.ts";
import { watchMessages } from "../watch-messages.ts";
import { withMessages } from "../with-messages.ts";

/** Sees to it that the error of a handler fits into its header section. */
export const shortenErrors: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    return response.stream
      ? withMessages(response, watchMessages(response.message, { mapError: shorten }))
      : response;
  } catch (reason) {
    throw shorten(reason);
  }
};

/** What is no ConnectError tells the caller nothing anyway. */
function shorten(reason: unknown): unknown {
  return reason instanceof ConnectError ? shortenError(reason) : reason;
}
