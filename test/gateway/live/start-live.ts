import type { TestContext } from "node:test";
import type { PluginImpl } from "grafana-plugin-protocol";
import type { GatewayLiveOptions, GatewayServerOptions } from "grafana-plugin-protocol/gateway";
import type { v2 } from "grafana-plugin-protocol/v2";
import { startInMemory } from "../in-memory-gateway.ts";
import type { StartedGateway } from "../start-gateway.ts";

const hour = 3_600_000;

/** Nothing in a test depends on its speed: streams end with their last subscriber, and no client is asked whether it is there. */
export const patient: GatewayLiveOptions = {
  lingerMs: 0,
  pingMs: hour,
  pongTimeoutMs: hour,
  connectTimeoutMs: hour,
};

/** Serves a plugin whose handlers a test gives, as data source `m1`. */
export function startLive(
  t: TestContext,
  impl: PluginImpl<typeof v2>,
  options: Partial<GatewayServerOptions> = {},
): Promise<StartedGateway> {
  return startInMemory(t, impl, {
    connections: { stallMs: hour },
    ...options,
    live: { ...patient, ...options.live },
  });
}
