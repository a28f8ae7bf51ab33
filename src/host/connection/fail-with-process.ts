import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { PluginError } from "../../errors.ts";
import { withMessages } from "../../transport/with-messages.ts";
import { waitAtMost } from "../wait-at-most.ts";

/** How long a call whose connection broke waits to learn that the process ended, and how. */
const exitStatusMs = 100;
/** How long answers that were sent before the end may take to be read. */
const lastAnswersMs = 100;

/** Who waits for an answer, and what their error is. */
interface Waiting {
  readonly pending: Set<(error: ConnectError) => void>;
  readonly explain: (failure: unknown) => Promise<ConnectError>;
}

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
  const waiting: Waiting = { pending, explain };
  return (next) => async (request) => {
    const response = await settle(Promise.resolve(next(request)), waiting);
    return response.stream ? withMessages(response, settleEach(response.message, waiting)) : response;
  };
}

function unavailable(cause: PluginError): ConnectError {
  return new ConnectError(cause.message, Code.Unavailable, undefined, undefined, cause);
}

/**
 * Each message by itself, for the stream may hang at any of them. What waiting takes is made once for the stream: a
 * reader has one message under way, and only who asks for more at a time pays for each.
 */
function settleEach<T>(messages: AsyncIterable<T>, waiting: Waiting): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = messages[Symbol.asyncIterator]();
      let resolveStep: ((result: IteratorResult<T>) => void) | undefined;
      let rejectStep: ((reason: unknown) => void) | undefined;
      const cut = (error: ConnectError): void => rejectStep?.(error);
      const executor = (
        resolve: (result: IteratorResult<T>) => void,
        reject: (reason: unknown) => void,
      ): void => {
        resolveStep = resolve;
        rejectStep = reject;
      };
      const onResult = (result: IteratorResult<T>): void => {
        const resolve = resolveStep;
        resolveStep = undefined;
        waiting.pending.delete(cut);
        resolve?.(result);
      };
      const onFailure = (failure: unknown): void => {
        const reject = rejectStep;
        resolveStep = undefined;
        waiting.pending.delete(cut);
        waiting.explain(failure).then(reject);
      };
      return {
        next: () => {
          if (resolveStep !== undefined) return settle(iterator.next(), waiting);
          const step = new Promise(executor);
          waiting.pending.add(cut);
          iterator.next().then(onResult, onFailure);
          return step;
        },
        return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}

/** Resolves and rejects as the step does, or when all that wait are cut. */
function settle<T>(step: Promise<T>, { pending, explain }: Waiting): Promise<T> {
  return new Promise<T>((resolve, reject) => {
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
}
