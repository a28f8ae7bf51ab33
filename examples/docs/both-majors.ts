import type { PluginImpl } from "grafana-plugin-protocol";
import { adaptHandlersToV1, viewAsV2 } from "grafana-plugin-protocol/compat";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement } from "grafana-plugin-protocol/plugin";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import { answerQueries, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const time = createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]);
const oslo = createField("temperature", "float64", [-4, -1.5], { labels: { place: "Oslo" } });

// Written once, for protocol 2.
const data: PluginImpl<typeof v2>["data"] = {
  queryData: (request, { signal }) =>
    answerQueries(request, () => createFrame({ fields: [time, oslo] }), { signal }),
};

// What servePlugin takes: hosts of either major find their own.
export const served = [implement(v2, { data }), implement(v1, adaptHandlersToV1({ data }))];

// A host of protocol 1 gets time series.
const old = createInMemoryPlugin(v1, adaptHandlersToV1({ data }));
const { results } = await old.datasource.query({ queries: [{ refId: "A", modelJson: "{}" }] });
console.log(results[0]?.series[0]?.name); // → temperature {place=Oslo}
console.log(results[0]?.series[0]?.points.map(({ value }) => value)); // → [ -4, -1.5 ]

// A host of yours calls any plugin as one of protocol 2; launchPlugin({ protocols: [v2, v1] }) gives such a client.
const plugin = viewAsV2(old);
const answer = await plugin.data.queryData({ queries: [{ refId: "A" }] });
console.log((await decodeQueryData(answer)).get("A")?.frames[0]?.fields[1]?.labels); // → { place: 'Oslo' }
