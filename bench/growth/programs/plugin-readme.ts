// README's plugin, which reads its signal, or with the argument "no-signal" the same without. Its health says what the
// process has used.
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { answerQueries, v2 } from "grafana-plugin-protocol/v2";
import { answers } from "../../rpc/programs/answers.ts";

const time = createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]);
const frame = createFrame({ fields: [time, createField("value", "float64", [1, 2.5])] });
const readsSignal = process.argv[2] !== "no-signal";

void servePlugin([
  implement(v2, {
    ...answers,
    data: readsSignal
      ? { queryData: (request, { signal }) => answerQueries(request, () => frame, { signal }) }
      : { queryData: (request) => answerQueries(request, () => frame) },
  }),
]);
