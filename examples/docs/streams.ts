import { createField, createFrame, formatFrameJson, parseFrameJson } from "grafana-plugin-protocol/frames";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { SubscribeStreamResponse_Status as Status, v2 } from "grafana-plugin-protocol/v2";

const encoder = new TextEncoder();
const tick = (second: number) =>
  createFrame({
    fields: [
      createField("time", "time", [second * 1000]),
      createField("value", "float64", [Math.sqrt(second)]),
    ],
  });

const plugin = createInMemoryPlugin(v2, {
  stream: {
    subscribeStream: () => ({ status: Status.OK, data: encoder.encode(formatFrameJson(tick(0), "schema")) }),
    async *runStream() {
      for (const second of [1, 4, 9]) yield { data: encoder.encode(formatFrameJson(tick(second), "data")) };
    },
  },
});

const { data: initial } = await plugin.stream.subscribeStream({ path: "ticks" });
const schema = parseFrameJson(initial);
for await (const { data } of plugin.stream.runStream({ path: "ticks" })) {
  console.log(parseFrameJson(data, schema).fields[1]?.values);
}
// → [ 1 ]
// → [ 2 ]
// → [ 3 ]
