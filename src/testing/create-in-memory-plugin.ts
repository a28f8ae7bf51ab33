import { createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { createPluginClient } from "../host/client/create-plugin-client.ts";
import type { LogTo } from "../plugin/answers/report-defects.ts";
import { implementWithLog } from "../plugin/implement.ts";
import { logToHost } from "../plugin/process/log-to-host.ts";
import { reportHandlerErrors } from "../plugin/report-handler-errors.ts";
import type { CheckedMajor, PluginClient, PluginImpl, ProtocolMajor } from "../protocol.ts";
import { guardInterceptor } from "../transport/guard-interceptor.ts";

export interface InMemoryOptions {
  /**
   * Receives what a plugin would log of its handlers: exceptions, with their stack. Default: a line of JSON on stderr,
   * as a plugin writes it.
   */
  readonly onLog?: LogTo | undefined;
  /** Connect interceptors around the handlers, as those of `servePlugin`. Default: none. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Connect interceptors around the calls, as those of `launchPlugin`. Default: none. */
  readonly hostInterceptors?: readonly Interceptor[] | undefined;
}

/**
 * Connects a typed client to handlers without a process or a socket, for tests of a plugin's
 * handlers. Messages are encoded and decoded, missing methods answer UNIMPLEMENTED, errors and
 * cancellation arrive as over a socket.
 */
export function createInMemoryPlugin<const M extends ProtocolMajor>(
  major: M & CheckedMajor<M>,
  impl: PluginImpl<M>,
  { onLog = logToHost, interceptors = [], hostInterceptors = [] }: InMemoryOptions = {},
): PluginClient<M> {
  const { services } = implementWithLog<M>(major, impl, onLog);
  const transport = createRouterTransport(
    (router) => {
      for (const { service, implementation } of services) {
        // implement() has checked that service and handlers belong together; their common type cannot express it.
        router.service(service, implementation as never);
      }
    },
    {
      router: {
        interceptors: [endCancelledStreams, guardInterceptor(reportHandlerErrors(onLog)), ...interceptors],
      },
      transport: { interceptors: [...hostInterceptors] },
    },
  );
  return createPluginClient<M>(major, transport);
}

/**
 * Over a socket, a handler whose caller is gone is resumed and ended. Connect's in-memory transport would leave it at
 * its `yield` forever, without running its `finally`.
 */
const endCancelledStreams: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (!response.stream) return response;
  const messages = response.message[Symbol.asyncIterator]();
  const end = (): void => {
    // The call is already over; there is no one left to report a clean-up error to.
    messages.return?.().catch(() => {});
  };
  request.signal.addEventListener("abort", end, { once: true });
  if (request.signal.aborted) end();
  return { ...response, message: { [Symbol.asyncIterator]: () => messages } };
};
