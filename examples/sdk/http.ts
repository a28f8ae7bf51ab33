import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFetch, readHttpSettings } from "grafana-plugin-protocol/sdk";

// A server that says who asks.
const server = createServer(({ url, headers }, response) => {
  response.end(`${url} for ${headers.authorization}, key ${headers["x-api-key"]}`);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

// As a host sends them: what the settings page of the data source stores.
const settings = {
  uid: "my-uid",
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
  user: "",
  basicAuthEnabled: true,
  basicAuthUser: "reader",
  jsonData: { timeout: 5, httpHeaderName1: "X-Api-Key" },
  secureJsonData: { basicAuthPassword: "password", httpHeaderValue1: "key" },
};
const fetch = createFetch(settings, { pluginId: "my-datasource", pluginVersion: "1.0.0" });

const response = await fetch("/v1/query?expr=up");
console.log(await response.text()); // → /api/v1/query?expr=up for Basic cmVhZGVyOnBhc3N3b3Jk, key key

const large = await fetch("/v1/query", { responseLimitBytes: 10 });
await large.text().catch((error: Error) => console.log(error.name)); // → ResponseTooLargeError

await fetch("../admin").catch((error: Error) => console.log(error.message));
// → a relative URL must stay below the URL of the data source, got "../admin": remove ".." from it, or pass an absolute URL

await fetch.close();
console.log(readHttpSettings(settings).timeoutMs); // → 5000
server.close();
