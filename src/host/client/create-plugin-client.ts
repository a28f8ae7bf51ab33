import type { DescMethod, DescMethodStreaming, DescService } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import type { PluginClient, ProtocolMajor } from "../../protocol.ts";
import { streamAnswers } from "./stream-answers.ts";

/** One Connect client per service of the major, over one transport. */
export function createPluginClient<M extends ProtocolMajor>(major: M, transport: Transport): PluginClient<M> {
  const services: readonly [string, DescService][] = Object.entries(major.services);
  const clients = services.map(([key, service]) => [key, createServiceClient(service, transport)]);
  // The entries are those of the type, which TypeScript cannot follow through Object.fromEntries.
  return { protocolVersion: major.version, ...Object.fromEntries(clients) } as PluginClient<M>;
}

/** Connect's client, with other streams of answers: see {@link streamAnswers}. */
export function createServiceClient<Desc extends DescService>(
  service: Desc,
  transport: Transport,
): Client<Desc> {
  const streams = service.methods.flatMap((method) => streamOf(method, transport) ?? []);
  return { ...createClient(service, transport), ...Object.fromEntries(streams) };
}

type StreamingCall = (input: never, options?: CallOptions) => AsyncIterable<unknown>;

/** The method's local name and its call, for methods that answer with a stream. */
function streamOf(method: DescMethod, transport: Transport): [[string, StreamingCall]] | undefined {
  const { localName, methodKind } = method;
  if (methodKind !== "server_streaming" && methodKind !== "bidi_streaming") return undefined;
  // The kind implies it; TypeScript does not narrow the method by it.
  const streaming = method as DescMethodStreaming;
  const isOne = methodKind === "server_streaming";
  return [
    [localName, (input, options) => streamAnswers(transport, streaming, isOne ? one(input) : input, options)],
  ];
}

async function* one<T>(message: T): AsyncGenerator<T> {
  yield message;
}
