import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Centrifuge } from "centrifuge";
import { createGateway } from "grafana-plugin-protocol/gateway";

const gateway = await createGateway({
  plugins: [fileURLToPath(new URL("../weather-datasource", import.meta.url))],
  dataSources: [{ name: "Weather", uid: "weather", type: "example-weather-datasource" }],
  tokens: ["a long random token"],
});
const server = createServer((_request, response) => response.end("the page")); // or an app of Express
server.on("upgrade", gateway.live.upgrade);
server.listen(0, "127.0.0.1");
await once(server, "listening");

const { port } = server.address() as AddressInfo;
const client = new Centrifuge(`ws://127.0.0.1:${port}/api/live/ws`, { token: "a long random token" });
client.connect();
await client.ready();
console.log(client.state); // → connected
client.disconnect();
await gateway.close();
server.close();
