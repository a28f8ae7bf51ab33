import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { answerQueries, CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

const time = createField("time", "time", [new Date("2026-01-01"), new Date("2026-01-02")]);
const frame = createFrame({ fields: [time, createField("value", "float64", [1, 2.5])] });
await servePlugin([
  implement(v2, {
    data: { queryData: (request, { signal }) => answerQueries(request, () => frame, { signal }) },
    diagnostics: { checkHealth: () => ({ status: Health.OK, message: "ready" }) },
  }),
]);
