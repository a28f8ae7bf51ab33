import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { shortenError } from "../shorten-error.ts";
import { withMessages } from "../with-messages.ts";

/** Sees to it that the error of a handler fits into its header section. */
export const shortenErrors: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    return response.stream ? withMessages(response, shortenEach(response.message)) : response;
  } catch (reason) {
    throw shorten(reason);
  }
};

/** What is no ConnectError tells the caller nothing anyway. */
function shorten(reason: unknown): unknown {
  return reason instanceof ConnectError ? shortenError(reason) : reason;
}

async function* shortenEach<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (reason) {
    throw shorten(reason);
  }
}
