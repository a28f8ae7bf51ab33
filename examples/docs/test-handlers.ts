import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { assertAlertable, createInMemoryPlugin, queryDataRequest } from "grafana-plugin-protocol/testing";
import { answerQueries, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const plugin = createInMemoryPlugin(v2, {
  data: {
    queryData: (request) =>
      answerQueries(request, ({ json }) => {
        const { base } = JSON.parse(new TextDecoder().decode(json)) as { base: number };
        return createFrame({
          fields: [
            createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]),
            createField("value", "float64", [base, base + 1]),
          ],
        });
      }),
  },
});

const request = queryDataRequest([{ base: 40 }], {
  isFromAlert: true,
  context: { dataSource: { url: "http://localhost", jsonData: { path: "/api" } } },
});
const answers = await decodeQueryData(await plugin.data.queryData(request));
const frames = answers.get("A")?.frames ?? [];

assertAlertable(frames, "series");
console.log(frames[0]?.fields[1]?.values); // → [ 40, 41 ]
