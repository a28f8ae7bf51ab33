import type { Interceptor } from "@connectrpc/connect";
import { sendableError } from "../sendable-error.ts";
import { watchMessages } from "../watch-messages.ts";
import { withMessages } from "../with-messages.ts";

/** Makes errors of handlers sendable: connect-node throws on some errors, which would end the process. */
export const sendErrors: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    return response.stream
      ? withMessages(
          response,
          watchMessages(response.message, { mapError: (reason) => sendableError(reason) }),
        )
      : response;
  } catch (reason) {
    throw sendableError(reason);
  }
};
