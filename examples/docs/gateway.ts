import { fileURLToPath } from "node:url";
import { serveGateway } from "grafana-plugin-protocol/gateway";

const server = await serveGateway({
  // A folder like Grafana's "plugins", or that of one plugin.
  plugins: [fileURLToPath(new URL("../weather-datasource", import.meta.url))],
  dataSources: [{ name: "Weather", uid: "weather", type: "example-weather-datasource" }],
  port: 0, // a free one; the default is Grafana's 3000
});

const response = await fetch(`${server.url}/api/ds/query`, {
  method: "POST",
  body: JSON.stringify({
    from: "now-1h",
    to: "now",
    queries: [
      {
        refId: "A",
        datasource: { uid: "weather" },
        rawSql: "select location, max(temp_max) as hottest from weather group by 1",
      },
    ],
  }),
});
const { results } = await response.json();
console.log(response.status, results.A.frames[0].data.values); // → 200 [ [ 'New York', 'Seattle' ], [ 37.8, 35.6 ] ]

const health = await fetch(`${server.url}/api/datasources/uid/weather/health`);
console.log(await health.text()); // → {"details":{"places":2,"rows":2922},"message":"2922 days of weather in 2 places","status":"OK"}
await server.close();
