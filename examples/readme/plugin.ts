import { tableFromArrays, tableToIPC } from "apache-arrow";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { type DataQuery, CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

const frames = [tableToIPC(tableFromArrays({ value: Float64Array.of(1, 2, 3) }), "file")];
const answer = ({ refId }: DataQuery) => [refId, { status: 200, frames }] as const;
await servePlugin([
  implement(v2, {
    data: { queryData: ({ queries }) => ({ responses: Object.fromEntries(queries.map(answer)) }) },
    diagnostics: { checkHealth: () => ({ status: Health.OK, message: "ready" }) },
  }),
]);
