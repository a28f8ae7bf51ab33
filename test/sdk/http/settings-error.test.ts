import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrame } from "grafana-plugin-protocol/frames";
import { createFetch, dataSource } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

for (const [name, settings, message] of [
  ["a URL without http", { url: "localhost:3000" }, /the URL of the data source must begin with http/],
  ["no URL", { url: "" }, /must begin with http:.*, got an empty one/],
  [
    "an authority that is not PEM",
    {
      url: "https://127.0.0.1:1",
      jsonData: encode({ tlsAuthWithCACert: true }),
      decryptedSecureJsonData: { tlsCACert: "x" },
    },
    /secureJsonData\.tlsCACert must be certificates in PEM/,
  ],
  [
    "a header that HTTP cannot carry",
    {
      url: "http://127.0.0.1:1",
      jsonData: encode({ httpHeaderName1: "a b" }),
      decryptedSecureJsonData: { httpHeaderValue1: "x" },
    },
    /must be the name of an HTTP header/,
  ],
] as const) {
  test(`settings with ${name} are not the fault of the plugin, nor logged as its defect`, async (t) => {
    const logged: string[] = [];
    const plugin = dataSource({
      create: ({ settings: stored }) => createFetch(stored),
      queries: {
        "": {
          run: async (_, { instance }) => {
            await instance("/x");
            return createFrame({ fields: [] });
          },
        },
      },
      health: async ({ instance }) => {
        await instance("/x");
        return { status: "ok" };
      },
    });
    atEnd(t, () => plugin.close());
    const { data, diagnostics } = createInMemoryPlugin(v2, plugin.implementation, {
      onLog: (record) => logged.push(record.message),
    });
    const pluginContext = { dataSourceInstanceSettings: { id: 1n, uid: "u", ...settings } };

    const { responses } = await data.queryData({ pluginContext, queries: [{ refId: "A" }] });
    const health = await diagnostics.checkHealth({ pluginContext });

    assert.match(responses["A"]?.error ?? "", message);
    assert.equal(responses["A"]?.errorSource, "downstream");
    assert.match(health.message, message);
    // What fails in `create` is logged once, there.
    assert.deepEqual(logged, []);
  });
}
