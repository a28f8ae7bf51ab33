// A plugin that is bundled into one file: it answers in Arrow, over TLS, from behind a top-level await.
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { answerQueries, v2 } from "grafana-plugin-protocol/v2";

const frame = createFrame({ fields: [createField("value", "float64", [1, 2.5])] });
const server = await servePlugin([
  implement(v2, { data: { queryData: (request) => answerQueries(request, () => frame) } }),
]);
await server.closed;
