import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { type ImplementedMajor, implement } from "grafana-plugin-protocol/plugin";
import { answerQueries, CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

const frame = createFrame({ fields: [createField("value", "float64", [1, 2.5])] });

/** What the plugin serves. The other files of this folder only say when it starts. */
export const majors: readonly [ImplementedMajor] = [
  implement(v2, {
    data: { queryData: (request, { signal }) => answerQueries(request, () => frame, { signal }) },
    diagnostics: { checkHealth: () => ({ status: Health.OK, message: "ready" }) },
  }),
];
