import type { StartedGateway } from "../../start-gateway.ts";

/** The value of a metric, by its name and labels as a regular expression. */
export async function metric({ ask }: StartedGateway, name: string): Promise<number> {
  const { text } = await ask("/metrics");
  return Number(new RegExp(`^grafana_plugin_gateway_${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

/** Connections over WebSocket. */
export const sockets = 'live_connections\\{transport="websocket"\\}';

/** Connections that were ended, because their clients did not read. */
export const slow = 'live_disconnects_total\\{code="3008"\\}';
