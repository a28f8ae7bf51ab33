import type {
  ContextValues,
  Interceptor,
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import type { CallObserver } from "./call-observer.ts";
import { sourceOfError } from "./call-outcome.ts";
import { endpointOf } from "./endpoint-of.ts";
import { type CallSource, Observation } from "./observation.ts";
import type { ObserveOptions } from "./observe-handlers.ts";

/**
 * Makes an interceptor of observers, for `servePlugin([…], { interceptors: [observeCalls(observers)] })`. Use
 * `observeHandlers` where calls are many and small: an interceptor needs a request and a response object for each call,
 * and full messages of the answers.
 *
 * @param observers the first one is the outermost
 */
export function observeCalls(
  observers: readonly CallObserver[],
  { sourceOf = sourceOfError }: ObserveOptions = {},
): Interceptor {
  const around = { list: [...observers], sourceOf };
  return (next) => async (request) => {
    const endpoint = endpointOf(request.method);
    if (endpoint === undefined) return next(request);
    const { method } = request;
    const source = new RequestSource(request);
    if (!request.stream) {
      const observation = new Observation(endpoint, method, request.message, source, around);
      let response: UnaryResponse | StreamResponse | undefined;
      await observation.answerOnce(async () => {
        response = await next(request);
        return response.message;
      });
      return response as UnaryResponse;
    }
    // The observers see the request before the handler does, so its one message is read here.
    const messages = await readAll(request.message);
    const observation = new Observation(endpoint, method, messages[0], source, around);
    let response: UnaryResponse | StreamResponse | undefined;
    const answers = (await observation.answerStreamLater(async () => {
      response = await next(withMessage(request, replay(messages)));
      return response.message;
    })) as StreamResponse["message"];
    return withMessage(response as StreamResponse, answers);
  };
}

/** Each part is read when an observer reads it: the headers and the signal of a call cost something. */
class RequestSource implements CallSource {
  readonly #request: UnaryRequest | StreamRequest;

  constructor(request: UnaryRequest | StreamRequest) {
    this.#request = request;
  }

  get requestHeader(): Headers {
    return this.#request.header;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get values(): ContextValues {
    return this.#request.contextValues;
  }
}

/** The same request or response with other messages, whose other parts stay lazy. */
function withMessage<T extends object, M>(original: T, message: M): T {
  return Object.create(original, { message: { value: message, enumerable: true } }) as T;
}

async function readAll<T>(messages: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

async function* replay<T>(messages: readonly T[]): AsyncGenerator<T> {
  yield* messages;
}
