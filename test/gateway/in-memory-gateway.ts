import type { TestContext } from "node:test";
import { createClient, createRouterTransport, type ServiceImpl } from "@connectrpc/connect";
import type { PluginClient, PluginImpl } from "grafana-plugin-protocol";
import type { GatewayServerOptions } from "grafana-plugin-protocol/gateway";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { Resource, v2 } from "grafana-plugin-protocol/v2";
import { type StartedGateway, startGateway } from "./start-gateway.ts";

/** The secret of the data source of {@link startInMemory}. */
export const secret = "s3cret-of-the-source";

/** Serves a plugin whose handlers a test gives. Its data source is `m1`. */
export function startInMemory(
  t: TestContext,
  impl: PluginImpl<typeof v2>,
  options: Partial<GatewayServerOptions> = {},
): Promise<StartedGateway> {
  return startWith(t, createInMemoryPlugin(v2, impl, { onLog: () => {} }), options);
}

/** The same with a resource handler whose messages nothing on the plugin's side checks. */
export function startCareless(
  t: TestContext,
  callResource: ServiceImpl<typeof Resource>["callResource"],
): Promise<StartedGateway> {
  const transport = createRouterTransport((router) => {
    router.service(Resource, { callResource });
  });
  const plugin = createInMemoryPlugin(v2, {});
  return startWith(t, { ...plugin, resource: createClient(Resource, transport) });
}

function startWith(
  t: TestContext,
  client: PluginClient<typeof v2>,
  options: Partial<GatewayServerOptions> = {},
): Promise<StartedGateway> {
  return startGateway(t, {
    plugins: [{ id: "memory", client }],
    dataSources: [{ name: "Memory", type: "memory", uid: "m1", secureJsonData: { password: secret } }],
    ...options,
  });
}
