import type { GatewayServer } from "grafana-plugin-protocol/gateway";

/** What a gateway has when nobody is there, as its metrics have it: only the request for them is in flight. */
const empty: Readonly<Record<string, number>> = {
  http_requests_in_flight: 1,
  'live_connections{transport="sse"}': 0,
  'live_connections{transport="websocket"}': 0,
  live_channels: 0,
  live_subscriptions: 0,
};

/** A line for each thing that a gateway or a plugin still has when every client has gone. */
export async function findLeft({ gateway }: GatewayServer): Promise<string[]> {
  const ask = async (path: string): Promise<string> =>
    (await gateway.fetch(new Request(`http://localhost${path}`))).text();
  const values = new Map(
    (await ask("/metrics"))
      .split("\n")
      .filter((line) => line.startsWith("grafana_plugin_gateway_"))
      .map((line) => line.slice("grafana_plugin_gateway_".length).split(" "))
      .map(([name = "", value]) => [name, Number(value)] as const),
  );
  const running = await Promise.all(
    gateway.dataSources.map(async ({ uid }) => {
      const streams = await ask(`/api/datasources/uid/${uid}/resources/running`);
      return streams === "0" ? [] : [`the plugin of "${uid}" still runs streams: ${streams}`];
    }),
  );
  return [
    ...Object.entries(empty)
      .filter(([name, value]) => values.get(name) !== value)
      .map(([name, value]) => `${name} is ${values.get(name)} where it should be ${value}`),
    // A client was too slow, or said something wrong.
    ...[...values.keys()].filter((name) => name.startsWith("live_disconnects_total")),
    ...running.flat(),
  ];
}
