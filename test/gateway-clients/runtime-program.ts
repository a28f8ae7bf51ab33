// Bundled, and run by runtimes that are not Node: what the client gets from a gateway there, as one line of JSON.
import { createGatewayClient } from "grafana-plugin-protocol/gateway/client";

interface Program {
  readonly args?: readonly string[];
  readonly argv?: readonly string[];
}

/** The arguments of the program: each runtime has its own place for them. */
function given(): readonly string[] {
  const { Deno, process } = globalThis as { readonly Deno?: Program; readonly process?: Program };
  return Deno?.args ?? process?.argv?.slice(2) ?? [];
}

const [url = "", token = ""] = given();
const client = createGatewayClient({ url, token });
const range = { from: new Date("2012-01-01"), to: new Date("2016-01-01") };
const weather = { uid: "w1", type: "mysql" };
const rawSql = "select count(*) as days from weather";

const { results } = await client.query({ ...range, queries: [{ refId: "A", datasource: weather, rawSql }] });

let rows = 0;
for await (const { frame } of client.chunks({
  ...range,
  dataSource: weather,
  queries: [{ refId: "A", rawSql: "select * from weather" }],
})) {
  rows += frame?.length ?? 0;
}

const names: unknown[] = [];
for await (const { frame } of client.live("ds/w1/replay/seattle")) {
  names.push(frame?.fields.map(({ name }) => name));
  if (names.length === 3) break;
}

const reason = new Error("left");
const controller = new AbortController();
const packets = client.live("ds/w1/replay/seattle", { signal: controller.signal });
await packets.next();
const pending = packets.next().then(
  () => "a packet",
  (error: unknown) => (error === reason ? "aborted" : String(error)),
);
controller.abort(reason);

const refused = await client.health("none").catch(({ code, status }) => [code, status]);
const unreachable = await createGatewayClient({ url: "http://127.0.0.1:9" })
  .dataSources()
  .catch(({ code }) => code);
console.log(
  JSON.stringify({
    days: results.get("A")?.frames[0]?.fields[0]?.values,
    rows,
    names,
    aborted: await pending,
    refused,
    unreachable,
  }),
);
