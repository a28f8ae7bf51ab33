import { fileURLToPath } from "node:url";
import { serveGateway } from "grafana-plugin-protocol/gateway";
import { createGatewayClient } from "grafana-plugin-protocol/gateway/client";

const server = await serveGateway({
  plugins: [fileURLToPath(new URL("../weather-datasource", import.meta.url))],
  dataSources: [{ name: "Weather", uid: "weather", type: "example-weather-datasource" }],
  port: 0,
});

const client = createGatewayClient({ url: server.url });
const weather = { uid: "weather", type: "example-weather-datasource" };
const range = { from: new Date("2012-01-01"), to: new Date("2012-12-31") };

const { results } = await client.query({
  ...range,
  queries: [
    {
      refId: "A",
      datasource: weather,
      rawSql: "select location, max(temp_max) as hottest from weather group by 1",
    },
    { refId: "B", datasource: weather, rawSql: "select nonsense" },
  ],
});
for (const [refId, { frames, error }] of results) {
  console.log(refId, error?.message ?? frames[0]?.fields.map(({ values }) => values));
}
// → A [ [ 'New York', 'Seattle' ], [ 37.8, 35.6 ] ]
// → B no such column: nonsense

// Rows as the plugin makes them. Leaving the loop cancels the query.
const all = { refId: "A", rawSql: "select * from weather" };
for await (const { frame, error } of client.chunks({ ...range, dataSource: weather, queries: [all] })) {
  console.log(error?.message ?? frame?.length);
}
// → 1024
// → 1024
// → 874

const columns = await client.resource("weather", "columns");
console.log(columns.status, Object.keys(await columns.json())); // → 200 [ 'columns' ]
console.log((await client.health("weather")).status); // → OK
await server.close();
