import type {
  DescMessage,
  DescMethod,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
} from "@bufbuild/protobuf";
import type { ContextValues, StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { type CallGuard, guardsFor } from "../call-guard.ts";
import type { DialOptions, MessageLimits } from "../socket-transport.ts";
import { toMetadata } from "../to-metadata.ts";
import { createCallEnded } from "./call-ended.ts";
import type { CallOptions, ClientState, GuardsOfCall } from "./client-call.ts";
import { createDecode } from "./decode/message-decoder.ts";
import { interceptCall, type OutgoingCall } from "./intercept-call.ts";
import { createMessageWriter } from "./message-writer.ts";
import { createRequestFields } from "./request-fields.ts";
import { callStream } from "./stream-call.ts";
import { callUnary, type SendState } from "./unary-call.ts";

interface ClientTransportOptions extends MessageLimits, Pick<DialOptions, "guards" | "interceptors"> {
  /** Compresses requests with gzip and offers it to the server. Default: false. For conformance tests. */
  readonly isCompressed?: boolean | undefined;
  readonly scheme: "http" | "https";
}

/** Connect's `Transport` over the connections of `connections`. */
export function createClientTransport(
  connections: Pick<ClientState, "connect" | "current">,
  options: ClientTransportOptions,
): Transport {
  const { interceptors = [], guards = [], isCompressed = false } = options;
  const ended = createCallEnded();
  const state: SendState = {
    ...connections,
    guardsOf: createGuardsOf(guards),
    isCompressed,
    maxReceiveBytes: options.maxReceiveBytes,
    decode: createDecode(options.maxDecodedBytes),
    requestFields: createRequestFields(options.scheme, isCompressed),
    writer: createMessageWriter(options.maxSendBytes),
  };

  return {
    unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      input: MessageInitShape<I>,
      contextValues?: ContextValues,
    ): Promise<UnaryResponse<I, O>> {
      let metadata: Headers | undefined;
      try {
        metadata = toMetadata(header);
      } catch (reason) {
        return Promise.reject(reason);
      }
      if (interceptors.length === 0) {
        return callUnary(method, { method, timeoutMs, signal, metadata }, state, input);
      }
      const run = async (call: OutgoingCall): Promise<UnaryResponse> =>
        withOwnFields(await callUnary(method, optionsOf(call, timeoutMs), state, call.input as typeof input));
      const outgoing = { method, signal, header: metadata, input, contextValues };
      // An interceptor's answer is assumed to have the method's type, as in Connect's own transports.
      return interceptCall(interceptors, outgoing, run, ended) as Promise<UnaryResponse<I, O>>;
    },

    stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      input: AsyncIterable<MessageInitShape<I>>,
      contextValues?: ContextValues,
    ): Promise<StreamResponse<I, O>> {
      let metadata: Headers | undefined;
      try {
        metadata = toMetadata(header);
      } catch (reason) {
        return Promise.reject(reason);
      }
      if (interceptors.length === 0) {
        return callStream(method, { method, timeoutMs, signal, metadata }, state, input);
      }
      const run = (call: OutgoingCall): Promise<StreamResponse> =>
        callStream(method, optionsOf(call, timeoutMs), state, call.input as typeof input);
      const outgoing = { method, signal, header: metadata, input, contextValues };
      return interceptCall(interceptors, outgoing, run, ended) as Promise<StreamResponse<I, O>>;
    },
  };
}

function createGuardsOf(all: readonly CallGuard[]): ClientState["guardsOf"] {
  const known = new Map<DescMethod, GuardsOfCall>();
  return (method) => {
    let found = known.get(method);
    if (found === undefined) {
      const guards = guardsFor(method, all);
      found = { guards, receivers: guards.filter(({ onReceived }) => onReceived !== undefined) };
      known.set(method, found);
    }
    return found;
  };
}

/** An object for interceptors, which may copy a response by a spread. */
function withOwnFields<I extends DescMessage, O extends DescMessage>(
  response: UnaryResponse<I, O>,
): UnaryResponse<I, O> {
  const { service, method, message } = response;
  return {
    stream: false,
    service,
    method,
    message,
    get header() {
      return response.header;
    },
    get trailer() {
      return response.trailer;
    },
  };
}

function optionsOf({ method, signal, header }: OutgoingCall, timeoutMs: number | undefined): CallOptions {
  return { method, timeoutMs, signal, metadata: toMetadata(header) };
}
