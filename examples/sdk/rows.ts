import { frameBatches } from "grafana-plugin-protocol/frames";
import { serveQueries } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { decodeChunks, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

/** Stands for a cursor of a database. */
async function* readRows() {
  for (let n = 0; n < 5; n++) yield { n, square: n * n };
}

const plugin = createInMemoryPlugin(v2, {
  data: serveQueries({
    squares: {
      run: () => frameBatches(readRows(), { n: "int32", square: "int32" }, { rowsPerFrame: 2 }),
    },
  }),
});
const request = { queries: [{ refId: "A", queryType: "squares" }] };

for await (const chunk of decodeChunks(plugin.data.queryChunkedData(request))) {
  console.log("chunk", chunk.frame?.fields[1]?.values);
}
// → chunk [ 0, 1 ]
// → chunk [ 4, 9 ]
// → chunk [ 16 ]
const results = await decodeQueryData(await plugin.data.queryData(request));
console.log("whole", results.get("A")?.frames[0]?.fields[1]?.values);
// → whole [ 0, 1, 4, 9, 16 ]
