import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFetch, withClientCredentials } from "grafana-plugin-protocol/sdk";

// An API, and the token endpoint beside it.
let tokens = 0;
const server = createServer(({ url, headers }, response) => {
  if (url === "/token") response.end(JSON.stringify({ access_token: `t${++tokens}`, expires_in: 3600 }));
  else response.end(headers.authorization);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const plain = { uid: "", url, user: "", basicAuthEnabled: false, basicAuthUser: "", jsonData: {} };
const fetch = withClientCredentials(createFetch({ ...plain, secureJsonData: {} }), {
  tokenUrl: `${url}/token`,
  clientId: "my-client",
  clientSecret: "secret",
  scopes: ["read"],
});
const answers = await Promise.all([1, 2, 3].map(async () => (await fetch("/data")).text()));
console.log(answers.join(", "), "tokens:", tokens); // → Bearer t1, Bearer t1, Bearer t1 tokens: 1
await fetch.close();
server.close();
