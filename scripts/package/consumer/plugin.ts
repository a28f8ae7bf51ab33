// A plugin made of the packed package alone; host.ts starts it.
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { CheckHealthResponse_HealthStatus, v2 } from "grafana-plugin-protocol/v2";

await servePlugin([
  implement(v2, {
    diagnostics: {
      checkHealth: () => ({
        status: CheckHealthResponse_HealthStatus.OK,
        message: `Node ${process.versions.node}`,
      }),
    },
    data: {
      queryData: ({ queries }) => ({
        responses: Object.fromEntries(queries.map(({ refId }) => [refId, { status: 200 }])),
      }),
    },
  }),
]);
