import { create, type DescMessage, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type ConnectError,
  type ContextValues,
  createContextValues,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { watchMessages } from "../watch-messages.ts";
import { withMessages } from "../with-messages.ts";
import { mapIterable } from "./async-iterables.ts";
import { isObject } from "./routes.ts";

type Request = UnaryRequest | StreamRequest;
type Response = UnaryResponse | StreamResponse;

/** A call as its caller asked for it. `input` is an initializer, or an async iterable of them. */
export interface OutgoingCall {
  readonly method: DescMethod;
  readonly signal: AbortSignal | undefined;
  readonly header: HeadersInit | undefined;
  readonly input: unknown;
  readonly contextValues: ContextValues | undefined;
}

/**
 * Runs a call through interceptors, the first one outermost. They get the same objects as from Connect's own
 * transports; parts that no interceptor reads are not made.
 *
 * @param ended gives the reason of the signal of a call that succeeded
 */
export async function interceptCall(
  interceptors: readonly Interceptor[],
  outgoing: OutgoingCall,
  run: (outgoing: OutgoingCall) => Promise<Response>,
  ended: () => ConnectError,
): Promise<Response> {
  const controller = lazyController(outgoing.signal);
  let header: Headers | undefined;
  let message: unknown;
  let contextValues = outgoing.contextValues;
  const { method } = outgoing;
  const request = {
    stream: method.methodKind !== "unary",
    service: method.parent,
    method,
    requestMethod: "POST",
    url: `http://localhost/${method.parent.typeName}/${method.name}`,
    get message() {
      message ??= fullMessage(method, outgoing.input);
      return message;
    },
    get signal() {
      return controller.signal();
    },
    get header() {
      header ??= new Headers(outgoing.header);
      return header;
    },
    get contextValues() {
      contextValues ??= createContextValues();
      return contextValues;
    },
  };
  let next = (received: Request): Promise<Response> => {
    // An interceptor that replaces the request has read all of it. The comparison is by identity.
    const isOwn = (received as unknown) === request;
    return isOwn
      ? run({ ...outgoing, header: header ?? outgoing.header, input: message ?? outgoing.input })
      : run({
          method: received.method,
          signal: received.signal,
          header: received.header,
          input: received.message,
          contextValues: received.contextValues,
        });
  };
  for (const interceptor of interceptors.toReversed()) next = interceptor(next);
  try {
    // The method's kind decides whether it is a unary or a stream request, which TypeScript cannot see.
    const response = await next(request as Request);
    if (!controller.isMade()) return response;
    if (!response.stream) {
      controller.abort(ended());
      return response;
    }
    return withMessages(
      response,
      watchMessages(response.message, { onOver: () => controller.abort(ended()) }),
    );
  } catch (reason) {
    controller.abort(reason);
    throw reason;
  }
}

function fullMessage({ input, methodKind }: DescMethod, value: unknown): unknown {
  const toFull = (init: unknown): unknown =>
    create(input, isObject(init) ? (init as MessageInitShape<DescMessage>) : {});
  return methodKind === "unary" ? toFull(value) : mapIterable(value as AsyncIterable<unknown>, toFull);
}

/** A controller that is made when its signal is read. It follows the caller's. */
function lazyController(follows: AbortSignal | undefined): {
  signal(): AbortSignal;
  isMade(): boolean;
  abort(reason?: unknown): void;
} {
  let controller: AbortController | undefined;
  const follow = (): void => controller?.abort(follows?.reason);
  return {
    isMade: () => controller !== undefined,
    signal: () => {
      if (controller === undefined) {
        controller = new AbortController();
        if (follows?.aborted) follow();
        else follows?.addEventListener("abort", follow);
      }
      return controller.signal;
    },
    abort: (reason) => {
      follows?.removeEventListener("abort", follow);
      controller?.abort(reason);
    },
  };
}
