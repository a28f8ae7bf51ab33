import { createRouterTransport } from "@connectrpc/connect";
import { createPluginClient } from "../host/create-plugin-client.ts";
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
    { router: { interceptors: [reportHandlerErrors(() => {})] } },
  );
  return createPluginClient<M>(major, transport);
}
