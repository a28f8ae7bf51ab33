import type { TestContext } from "node:test";
import type { GatewayServerOptions } from "grafana-plugin-protocol/gateway";
import { readPluginDir } from "grafana-plugin-protocol/host";
import { type StartedGateway, startGateway, weather, weatherFolder } from "../gateway/start-gateway.ts";
import { buildGoPeers } from "../interop/go-peers.ts";

export const token = "token-of-the-clients";

/** The type of the weather data source: one whose queries Python's client can write. */
export const weatherType = "mysql";

const peers = await buildGoPeers();

/** Why a test that needs the plugin on the official Go SDK is left out; `false` where it is there. */
export const withoutGoPlugin: string | false =
  peers === undefined && "needs a Go toolchain, and there is none";

const { command = "" } = await readPluginDir(weatherFolder);

/** The weather plugin as `w1`, and a plugin on the official Go SDK as `go`, behind a gateway that asks for a token. */
export function startClientsGateway(
  t: TestContext,
  { plugins = [], dataSources = [], ...options }: Partial<GatewayServerOptions> = {},
): Promise<StartedGateway> {
  const go = peers === undefined ? [] : [{ id: "go", launch: { command: peers.plugin } }];
  return startGateway(t, {
    plugins: [{ id: weatherType, launch: { command } }, ...go, ...plugins],
    dataSources: [
      { ...weather, type: weatherType },
      ...go.map(({ id }) => ({ name: "Go", type: id, uid: "go" })),
      ...dataSources,
    ],
    tokens: [token],
    ...options,
  });
}
