import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { answerQueries, type DataQuery, decodeQueryData, QueryError, v2 } from "grafana-plugin-protocol/v2";

function answer(query: DataQuery): Frame {
  if (query.queryType === "temperature") {
    return createFrame({ fields: [createField("temperature", "float64", [8.5, -2])] });
  }
  throw new QueryError(`no measurement "${query.queryType}"`, { status: 400, errorSource: "downstream" });
}

const plugin = createInMemoryPlugin(v2, {
  data: { queryData: (request, { signal }) => answerQueries(request, answer, { signal }) },
});

const queries = [
  { refId: "A", queryType: "temperature" },
  { refId: "B", queryType: "rain" },
];
const results = await decodeQueryData(await plugin.data.queryData({ queries }));
for (const [refId, { status, error, frames }] of results) {
  console.log(refId, status, error?.message ?? frames[0]?.fields[0]?.values);
}
// → A 200 [ 8.5, -2 ]
// → B 400 no measurement "rain"
