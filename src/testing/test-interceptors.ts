import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { HandlerContext, Interceptor } from "@connectrpc/connect";
import type { LogTo } from "../plugin/answers/report-defects.ts";
import type { CheckedMajor, PluginClient, PluginImpl, ProtocolMajor } from "../protocol.ts";
import { createInMemoryPlugin } from "./create-in-memory-plugin.ts";

/** A call that came through the interceptors. */
export interface ReceivedCall {
  /** The method's name in the client, such as `queryData`. */
  readonly method: string;
  /** The message, as the handler got it; the list of messages that came, for a stream of requests. */
  readonly request: unknown;
  /** Metadata, signal and values as the handler got them. */
  readonly context: HandlerContext;
}

/** Options of {@link testInterceptors}. */
export interface InterceptorBedOptions<M extends ProtocolMajor> {
  /** The interceptors to test, the first one outermost. */
  readonly interceptors: readonly Interceptor[];
  /** Whether they are those of a plugin, around its handlers, or of a host, around its calls. Default `plugin`. */
  readonly side?: "host" | "plugin" | undefined;
  /** Handlers. Those that are left out answer with an empty message; a stream, and `callResource`, with one. */
  readonly handlers?: PluginImpl<M> | undefined;
  /** As that of `createInMemoryPlugin`. */
  readonly onLog?: LogTo | undefined;
}

/** A client through the interceptors, and what arrived behind them. */
export interface InterceptorBed<M extends ProtocolMajor> {
  readonly client: PluginClient<M>;
  /** The calls that reached a handler, in order: an interceptor that answers by itself lets none through. */
  readonly received: readonly ReceivedCall[];
}

/**
 * Makes a bed for interceptors: every RPC of a major is there, answers, and is recorded. So a test calls through the
 * interceptors, and compares what came back and what arrived.
 */
export function testInterceptors<const M extends ProtocolMajor>(
  major: M & CheckedMajor<M>,
  { interceptors, side = "plugin", handlers, onLog }: InterceptorBedOptions<M>,
): InterceptorBed<M> {
  const received: ReceivedCall[] = [];
  const given = (handlers ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const services: Readonly<Record<string, DescService>> = major.services;
  const impl = Object.fromEntries(
    Object.entries(services).map(([key, service]) => [
      key,
      Object.fromEntries(
        service.methods.map((method) => [
          method.localName,
          recorded(method, given[key]?.[method.localName] as Handler | undefined, given[key], received),
        ]),
      ),
    ]),
  );
  // Made of the major's own methods, which the compiler cannot see.
  const client = createInMemoryPlugin<M>(major, impl as unknown as PluginImpl<M>, {
    onLog,
    ...(side === "plugin" ? { interceptors } : { hostInterceptors: interceptors }),
  });
  return { client, received };
}

type Handler = (request: unknown, context: HandlerContext) => unknown;

function recorded(
  method: DescMethod,
  handler: Handler | undefined,
  owner: object | undefined,
  received: ReceivedCall[],
): Handler {
  const answer = handler?.bind(owner) ?? cannedAnswer(method);
  const isStreamOfRequests =
    method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming";
  return (request, context) => {
    if (!isStreamOfRequests) {
      received.push({ method: method.localName, request, context });
      return answer(request, context);
    }
    const messages: unknown[] = [];
    received.push({ method: method.localName, request: messages, context });
    return answer(collecting(request as AsyncIterable<unknown>, messages), context);
  };
}

async function* collecting(source: AsyncIterable<unknown>, messages: unknown[]): AsyncGenerator<unknown> {
  for await (const message of source) {
    messages.push(message);
    yield message;
  }
}

function cannedAnswer({ methodKind, localName }: DescMethod): Handler {
  // The first message of a resource names its status.
  const message = localName === "callResource" ? { code: 200 } : {};
  switch (methodKind) {
    case "unary":
      return () => message;
    case "client_streaming":
      return async (requests) => {
        for await (const _ of requests as AsyncIterable<unknown>);
        return message;
      };
    default:
      return async function* () {
        yield message;
      };
  }
}
