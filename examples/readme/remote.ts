import { createServer } from "node:http";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement } from "grafana-plugin-protocol/plugin";
import { createRequestListener } from "grafana-plugin-protocol/transport";
import { answerQueries, v2 } from "grafana-plugin-protocol/v2";

const frame = createFrame({ fields: [createField("value", "float64", [1, 2.5])] });
const plugin = implement(v2, { data: { queryData: (request) => answerQueries(request, () => frame) } });
createServer(createRequestListener(plugin.services)).listen(Number(process.argv[2] ?? 8080), "127.0.0.1");
