import { frameBatches } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { answerQueriesInChunks, decodeChunks, v2 } from "grafana-plugin-protocol/v2";

/** Stands for a cursor of a database: it reads a row only on request. */
function* readRows() {
  for (let row = 0; row < 20_000; row++) yield { id: row, even: row % 2 === 0 };
}

const plugin = createInMemoryPlugin(v2, {
  data: {
    queryChunkedData: (request, { signal }) =>
      answerQueriesInChunks(request, () => frameBatches(readRows(), { id: "int32", even: "bool" }), {
        signal,
      }),
  },
});

for await (const chunk of decodeChunks(plugin.data.queryChunkedData({ queries: [{ refId: "A" }] }))) {
  if (chunk.error !== undefined) throw chunk.error;
  console.log(chunk.refId, chunk.frameId, chunk.frame.length);
}
// → A 0 8192
// → A 0 8192
// → A 0 3616
