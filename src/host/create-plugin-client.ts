import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import type { PluginClient, ProtocolMajor } from "../protocol.ts";

/** One Connect client per service of the major, over one transport. */
export function createPluginClient<M extends ProtocolMajor>(major: M, transport: Transport): PluginClient<M> {
  const services: readonly [string, DescService][] = Object.entries(major.services);
  const clients = services.map(([key, service]) => [key, createServiceClient(service, transport)]);
  // The entries are those of the type, which TypeScript cannot follow through Object.fromEntries.
  return { protocolVersion: major.version, ...Object.fromEntries(clients) } as PluginClient<M>;
}

/** Connect's client, but leaving the loop over a stream of answers cancels the RPC. */
export function createServiceClient<Desc extends DescService>(
  service: Desc,
  transport: Transport,
): Client<Desc> {
  const client = createClient(service, transport);
  const methods = service.methods
    .filter((method) => method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming")
    .map((method) => [
      method.localName,
      cancelOnLeave(client[method.localName as keyof Client<Desc>] as StreamingCall),
    ]);
  return { ...client, ...Object.fromEntries(methods) };
}

type StreamingCall = (request: unknown, options?: { signal?: AbortSignal }) => AsyncIterable<unknown>;

/**
 * Connect's streams have no `return`, so that a loop which is left early lets the RPC run on, and
 * the plugin sends until the process ends.
 */
function cancelOnLeave(call: StreamingCall): StreamingCall {
  return (request, options) => {
    const controller = new AbortController();
    const outer = options?.signal;
    const onAbort = (): void => controller.abort(outer?.reason);
    outer?.addEventListener("abort", onAbort, { once: true });
    if (outer?.aborted) onAbort();
    const forget = (): void => outer?.removeEventListener("abort", onAbort);
    const messages = call(request, { ...options, signal: controller.signal })[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          try {
            const result = await messages.next();
            if (result.done === true) forget();
            return result;
          } catch (reason) {
            forget();
            throw reason;
          }
        },
        async return(value?: unknown) {
          forget();
          controller.abort();
          return { done: true, value };
        },
      }),
    };
  };
}
