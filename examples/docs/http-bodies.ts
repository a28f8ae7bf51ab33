import { formatDsQueryBody } from "grafana-plugin-protocol/compat";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { answerQueries, v2 } from "grafana-plugin-protocol/v2";

const frame = createFrame({ fields: [createField("rain", "float64", [1.5, 2])] });
const plugin = createInMemoryPlugin(v2, {
  data: { queryData: (request) => answerQueries(request, () => frame) },
});

const { status, body } = await formatDsQueryBody(await plugin.data.queryData({ queries: [{ refId: "A" }] }));
const { results } = JSON.parse(body);
console.log(status, results.A.status, results.A.frames[0].data); // → 200 200 { values: [ [ 1.5, 2 ] ] }
