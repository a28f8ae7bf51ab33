import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { dataSource } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import * as z from "zod";

/** Stands for the client of a database. */
class Client {
  readonly #url: string;
  constructor(url: string, _token: string) {
    this.#url = url;
  }
  ping = async () => `connected to ${this.#url}`;
  read = async (expr: string, from: Date, to: Date) => [
    { time: from, value: expr.length },
    { time: to, value: 2 * expr.length },
  ];
  close() {
    console.log("closed");
  }
}

const plugin = dataSource({
  settings: z.object({ retries: z.number().default(3) }),
  secrets: z.object({ token: z.string() }),
  create: ({ settings }) => new Client(settings.url, settings.secureJsonData.token),
  queries: {
    range: {
      model: z.object({ expr: z.string() }),
      run: async ({ model, timeRange }, { instance }) => {
        const rows = await instance.read(model.expr, timeRange.from, timeRange.to);
        return createFrame({
          fields: [
            createField(
              "time",
              "time",
              rows.map(({ time }) => time),
            ),
            createField(
              "value",
              "float64",
              rows.map(({ value }) => value),
            ),
          ],
        });
      },
    },
    count: {
      model: z.object({ table: z.string() }),
      run: ({ model }) => createFrame({ fields: [createField(model.table, "int32", [model.table.length])] }),
    },
  },
  health: async ({ instance }) => ({ status: "ok", message: await instance.ping() }),
  resources: (request, { settings }) =>
    Response.json({ path: new URL(request.url).pathname, of: settings.name }),
});
// In a plugin's program: await servePlugin([plugin]);

const client = createInMemoryPlugin(v2, plugin.implementation);
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const pluginContext = {
  dataSourceInstanceSettings: {
    id: 1n,
    name: "Sales",
    url: "http://db.example",
    decryptedSecureJsonData: { token: "secret" },
  },
};

const response = await client.data.queryData({
  pluginContext,
  queries: [
    {
      refId: "A",
      queryType: "range",
      json: json({ expr: "up" }),
      timeRange: { fromEpochMS: 0n, toEpochMS: 60_000n },
    },
    { refId: "B", queryType: "count", json: json({ table: 7 }) },
    { refId: "C", queryType: "cuont" },
  ],
});
for (const [refId, { frames, error }] of await decodeQueryData(response)) {
  console.log(refId, error?.message ?? frames[0]?.fields[1]?.values);
}
// → A [ 2, 4 ]
// → B query B: expected a model of the query type "count": table: Invalid input: expected string, received number
// → C query C: expected one of "range", "count", got the query type "cuont"

console.log((await client.diagnostics.checkHealth({ pluginContext })).message);
// → connected to http://db.example
const resource = client.resource.callResource({ pluginContext, path: "tables", method: "GET" });
for await (const { code, body } of resource) console.log(code, new TextDecoder().decode(body));
// → 200 {"path":"/tables","of":"Sales"}
await plugin.close();
// → closed
