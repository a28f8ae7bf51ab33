import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { PluginError } from "../errors.ts";
import { withMessages } from "../transport/with-messages.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** How long a call whose connection broke waits to learn that the process ended, and how. */
const exitStatusMs = 100;
/** How long answers that were sent before the end may take to be read. */
const lastAnswersMs = 100;

/**
 * Lets no call outlive the plugin's process: a call that loses its connection because the process
 * ended rejects with UNAVAILABLE whose `cause` says how it ended, and one that hears nothing at
 * all rejects so shortly after the end.
 *
 * @param gone resolves with the reason when the process has ended
 * @param onUnavailable called when a call failed with UNAVAILABLE and no reason is known yet
 */
export function failWithProcess(
  gone: Promise<PluginError>,
  onUnavailable: () => void = () => {},
): Interceptor {
  const pending = new Set<(error: ConnectError) => void>();
  let reason: PluginError | undefined;
  void gone.then((error) => {
    reason = error;
    setTimeout(() => {
      for (const reject of pending) reject(unavailable(error));
    }, lastAnswersMs);
  });

  const explain = async (failure: unknown): Promise<ConnectError> => {
    const error = ConnectError.from(failure);
    const isExplained = reason !== undefined && error.cause === reason;
    if (error.code !== Code.Unavailable || isExplained) return error;
    if (reason === undefined) onUnavailable();
    const end = reason ?? (await waitAtMost(gone, exitStatusMs));
    return end === undefined ? error : unavailable(end);
  };
  const settle = <T>(step: Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      pending.add(reject);
      step.then(
        (result) => {
          pending.delete(reject);
          resolve(result);
        },
        (failure: unknown) => {
          pending.delete(reject);
          explain(failure).then(reject);
        },
      );
    });
  return (next) => async (request) => {
    const response = await settle(Promise.resolve(next(request)));
    return response.stream ? withMessages(response, settleEach(response.message, settle)) : response;
  };
}

function unavailable(cause: PluginError): ConnectError {
  return new ConnectError(cause.message, Code.Unavailable, undefined, undefined, cause);
}

/** Each message by itself: the stream may hang at any of them. */
function settleEach<T>(
  messages: AsyncIterable<T>,
  settle: <R>(step: Promise<R>) => Promise<R>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = messages[Symbol.asyncIterator]();
      return {
        next: () => settle(iterator.next()),
        return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}
