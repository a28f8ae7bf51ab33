import { type Interceptor, testInterceptors } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";

const addTeam: Interceptor = (next) => (request) => {
  request.header.set("x-team", "weather");
  return next(request);
};

const { client, received } = testInterceptors(v2, { interceptors: [addTeam], side: "host" });
await client.diagnostics.checkHealth({});

console.log(received.map(({ method, context }) => [method, context.requestHeader.get("x-team")]));
// → [ [ 'checkHealth', 'weather' ] ]
