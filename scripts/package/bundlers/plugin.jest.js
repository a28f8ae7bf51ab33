// Run by Jest as CommonJS: handlers without a process, and frames there and back.
import { createField, createFrame, decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { answerQueries, decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const { expect, test } = globalThis;

test("answers in Arrow", async () => {
  const frame = createFrame({ fields: [createField("value", "float64", [1, 2.5])] });
  const queryData = (request) => answerQueries(request, () => frame);
  const plugin = createInMemoryPlugin(v2, { data: { queryData } });

  const results = await decodeQueryData(await plugin.data.queryData({ queries: [{ refId: "A" }] }));

  expect(results.get("A").frames[0].fields[0].values).toEqual([1, 2.5]);
  expect((await decodeFrame(await encodeFrame(frame))).fields).toHaveLength(1);
  expect(typeof launchPlugin).toBe("function");
});
