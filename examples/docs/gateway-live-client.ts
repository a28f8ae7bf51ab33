import { fileURLToPath } from "node:url";
import { serveGateway } from "grafana-plugin-protocol/gateway";
import { createGatewayClient, GatewayError } from "grafana-plugin-protocol/gateway/client";

const server = await serveGateway({
  plugins: [fileURLToPath(new URL("../weather-datasource", import.meta.url))],
  dataSources: [{ name: "Weather", uid: "weather", type: "example-weather-datasource" }],
  port: 0,
});
const client = createGatewayClient({ url: server.url });

let packets = 0;
for await (const { frame } of client.live("ds/weather/replay/seattle", {
  onReconnect: ({ delayMs, error }) => console.log(`lost: ${error.message}; again in ${delayMs} ms`),
})) {
  console.log(frame?.fields.map(({ name }) => name)); // → [ 'time', 'temp_max' ]
  if (++packets === 1) break; // ends the subscription
}

try {
  await client.live("ds/weather/replay/atlantis").next();
} catch (error) {
  if (error instanceof GatewayError) console.log(error.code, error.status); // → refused 404
}
await server.close();
