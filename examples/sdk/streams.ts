import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { createSharedSource, dataSource, streamedFrame } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";

const priceFrame = (price: number) => createFrame({ fields: [createField("price", "float64", [price])] });

/** Stands for a connection to a market feed. */
async function* connect(symbol: string, signal: AbortSignal) {
  for (let price = symbol.length; price < 7 && !signal.aborted; price++) yield price;
}

const plugin = dataSource({
  create: () => ({ prices: createSharedSource({ start: connect }) }),
  queries: {
    // The panel that receives this frame subscribes to the stream.
    live: {
      run: (_query, { settings }) => streamedFrame(priceFrame(0), settings.uid, "prices/ACME"),
    },
  },
  streams: {
    "prices/:symbol": {
      subscribe: ({ params }) => ({ status: params.symbol === "ACME" ? "ok" : "notFound" }),
      async *run({ params }, { instance, signal }) {
        for await (const price of instance.prices.subscribe(params.symbol, signal)) yield priceFrame(price);
      },
    },
    chat: { publish: ({ data }, { context }) => ({ data: { from: context.user?.login, data } }) },
  },
});

const { stream } = createInMemoryPlugin(v2, plugin.implementation);
const pluginContext = { user: { login: "ada" }, dataSourceInstanceSettings: { id: 1n, uid: "uid-1" } };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

console.log((await stream.subscribeStream({ pluginContext, path: "prices/OTHER" })).status);
// → 1
for await (const { data } of stream.runStream({ pluginContext, path: "prices/ACME" }))
  console.log(text(data));
// → {"schema":{"fields":[{"name":"price","type":"number","typeInfo":{"frame":"float64"}}]},"data":{"values":[[4]]}}
// → {"data":{"values":[[5]]}}
// → {"data":{"values":[[6]]}}
const published = await stream.publishStream({
  pluginContext,
  path: "chat",
  data: new TextEncoder().encode('"hello"'),
});
console.log(text(published.data));
// → {"from":"ada","data":"hello"}
await plugin.close();
