import { createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { createPluginClient } from "../host/connection/create-plugin-client.ts";
import { implement } from "../plugin/implement.ts";
import { reportHandlerErrors } from "../plugin/report-handler-errors.ts";
import type { CheckedMajor, PluginClient, PluginImpl, ProtocolMajor } from "../protocol.ts";

/**
 * Connects a typed client to handlers without a process or a socket, for tests of a plugin's
 * handlers. Messages are encoded and decoded, missing methods answer UNIMPLEMENTED, errors and
 * cancellation arrive as over a socket.
 */
export function createInMemoryPlugin<const M extends ProtocolMajor>(
  major: M & CheckedMajor<M>,
  impl: PluginImpl<M>,
): PluginClient<M> {
  const { services } = implement<M>(major, impl);
  const transport = createRouterTransport(
    (router) => {
      for (const { service, implementation } of services) {
        // implement() has checked that the two belong together; their common type cannot say it.
        router.service(service, implementation as never);
      }
    },
    { router: { interceptors: [endCancelledStreams, reportHandlerErrors(() => {})] } },
  );
  return createPluginClient<M>(major, transport);
}

/**
 * Over a socket, a handler whose caller has gone is resumed and ended. Connect's transport in memory would leave it
 * at its `yield` for ever, and what it does in `finally` undone.
 */
const endCancelledStreams: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (!response.stream) return response;
  const messages = response.message[Symbol.asyncIterator]();
  const end = (): void => {
    // What it throws now concerns nobody.
    messages.return?.().catch(() => {});
  };
  request.signal.addEventListener("abort", end, { once: true });
  if (request.signal.aborted) end();
  return { ...response, message: { [Symbol.asyncIterator]: () => messages } };
};
