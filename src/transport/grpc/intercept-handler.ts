import type {
  HandlerContext,
  Interceptor,
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import { asIterable, deferredIterable, iterableOfOne, mapIterable, onlyOne } from "./async-iterables.ts";
import { type Handler, toMessage } from "./routes.ts";

type Request = UnaryRequest | StreamRequest;
type Response = UnaryResponse | StreamResponse;

/**
 * Puts interceptors around a handler, the first one outermost. They get the same objects as from Connect's own server.
 * Parts that no interceptor reads are not made: headers, signal, and full messages of the handler's initializers.
 */
export function interceptHandler(handler: Handler, interceptors: readonly Interceptor[]): Handler {
  if (interceptors.length === 0) return handler;
  const { method } = handler;

  const run = async (input: unknown, context: HandlerContext): Promise<unknown> => {
    /** The handler's result: the answer, unless an interceptor replaces the response. */
    let output: unknown;
    let own: Response | undefined;
    const request = requestOf(handler, input, context);
    let next = async (received: Request): Promise<Response> => {
      if (received === request) output = handler.call(input, context);
      else output = handler.call(await inputOf(handler, received), mergeContext(context, received));
      if (handler.answersOnce) output = await output;
      own = responseOf(handler, output, context);
      return own;
    };
    for (const interceptor of interceptors.toReversed()) next = interceptor(next);
    const response = await next(request);
    if (response === own) return output;
    copyHeaders(response.header, context.responseHeader);
    const copyTrailers = (): void => copyHeaders(response.trailer, context.responseTrailer);
    if (handler.answersOnce) {
      const answer = response.stream ? await onlyOne(response.message, method.name) : response.message;
      copyTrailers();
      return answer;
    }
    return mapIterable(asIterable(response.message), (message) => message, copyTrailers);
  };

  if (handler.answersOnce) return { method, answersOnce: true, call: run };
  return {
    method,
    answersOnce: false,
    call: (input, context) => deferredIterable(run(input, context).then(asIterable)),
  };
}

/** The method's kind decides whether it is a unary or a stream request, which TypeScript cannot see. */
function requestOf({ method }: Handler, input: unknown, context: HandlerContext): Request {
  const { methodKind } = method;
  const request = {
    stream: methodKind !== "unary",
    service: method.parent,
    method,
    requestMethod: context.requestMethod,
    message: methodKind === "server_streaming" ? iterableOfOne(input) : input,
    get url() {
      return context.url;
    },
    get signal() {
      return context.signal;
    },
    get header() {
      return context.requestHeader;
    },
    get contextValues() {
      return context.values;
    },
  };
  return request as Request;
}

async function inputOf({ method }: Handler, request: Request): Promise<unknown> {
  return method.methodKind === "server_streaming" && request.stream
    ? onlyOne(request.message, method.name)
    : request.message;
}

/** The same for the response. Its message is made when it is read. */
function responseOf({ method, answersOnce }: Handler, output: unknown, context: HandlerContext): Response {
  const { methodKind } = method;
  let message: unknown;
  const response = {
    stream: methodKind !== "unary",
    service: method.parent,
    method,
    get message() {
      if (message !== undefined) return message;
      const toFull = (init: unknown): unknown => toMessage(method.output, init);
      if (methodKind === "unary") message = toFull(output);
      else message = answersOnce ? iterableOfOne(toFull(output)) : mapIterable(asIterable(output), toFull);
      return message;
    },
    get header() {
      return context.responseHeader;
    },
    get trailer() {
      return context.responseTrailer;
    },
  };
  return response as Response;
}

/** The context that a handler gets whose request was replaced. */
function mergeContext(context: HandlerContext, request: Request): HandlerContext {
  return {
    service: request.service,
    method: context.method,
    requestMethod: context.requestMethod,
    protocolName: context.protocolName,
    timeoutMs: context.timeoutMs,
    url: context.url,
    signal: request.signal,
    requestHeader: request.header,
    values: request.contextValues,
    get responseHeader() {
      return context.responseHeader;
    },
    get responseTrailer() {
      return context.responseTrailer;
    },
  };
}

function copyHeaders(from: Headers, to: Headers): void {
  if (from === to) return;
  for (const name of [...to.keys()]) to.delete(name);
  from.forEach((value, name) => {
    to.set(name, value);
  });
}
