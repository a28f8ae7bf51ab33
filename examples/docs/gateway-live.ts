import { fileURLToPath } from "node:url";
import { Centrifuge } from "centrifuge";
import { serveGateway } from "grafana-plugin-protocol/gateway";

const server = await serveGateway({
  plugins: [fileURLToPath(new URL("../weather-datasource", import.meta.url))],
  dataSources: [{ name: "Weather", uid: "weather", type: "example-weather-datasource" }],
  port: 0, // a free one; the default is Grafana's 3000
});

// By the client that Grafana's frontend has, which connects again by itself.
const client = new Centrifuge(`${server.url.replace("http", "ws")}/api/live/ws`);
const replay = client.newSubscription("1/ds/weather/replay/seattle");
const first = new Promise((resolve) => replay.on("publication", ({ data }) => resolve(data.data.values)));
replay.subscribe();
client.connect();
console.log(await first); // → [ [ 1325376000000 ], [ 12.8 ] ]
client.disconnect();

// By any client of HTTP.
const { status, headers, body } = await fetch(`${server.url}/api/live/sse/ds/weather/replay/new-york`);
const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
console.log(status, headers.get("content-type")); // → 200 text/event-stream
console.log(JSON.stringify((await reader?.read())?.value)); // → ": subscribed\n\n"
await reader?.cancel();
await server.close();
