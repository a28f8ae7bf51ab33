import { fileURLToPath } from "node:url";
import { createGateway, type LiveConnection } from "grafana-plugin-protocol/gateway";
import { Hono } from "hono";
import { upgradeWebSocket, websocket } from "hono/bun";

const gateway = await createGateway({
  plugins: [fileURLToPath(new URL("../weather-datasource", import.meta.url))],
  dataSources: [{ name: "Weather", uid: "weather", type: "example-weather-datasource" }],
});

const app = new Hono();
app.get(
  "/api/live/ws",
  upgradeWebSocket(({ req }) => {
    let live: LiveConnection | undefined;
    return {
      // The socket of Bun itself, which tells how much waits for its client.
      onOpen: (_event, { raw }) => {
        if (raw !== undefined) live = gateway.live.accept(req.raw, raw);
      },
      onMessage: ({ data }) => live?.receive(data as string),
      onClose: () => live?.closed(),
    };
  }),
);
app.all("*", ({ req }) => gateway.fetch(req.raw));

// biome-ignore lint/style/noDefaultExport: Bun serves what a module exports so
export default { port: Number(process.env["PORT"] ?? 3000), fetch: app.fetch, websocket };
