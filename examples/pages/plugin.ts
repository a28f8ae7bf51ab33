import { createLogger, implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { answerResource, CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";

const encoder = new TextEncoder();
const log = createLogger({ name: "demo" });
let calls = 0;

await servePlugin([
  implement(v2, {
    diagnostics: {
      // The "Save & test" button. Secrets come decrypted in the settings of each call, and in no other way.
      checkHealth: ({ pluginContext }) => {
        const settings = pluginContext?.dataSourceInstanceSettings;
        const password = settings?.decryptedSecureJsonData["password"];
        if (password === undefined) return { status: Health.ERROR, message: "the password is missing" };
        return { status: Health.OK, message: `ready for ${settings?.name}` };
      },
      // For GET /api/plugins/<id>/metrics, in Prometheus' text format.
      collectMetrics: () => ({
        metrics: { prometheus: encoder.encode(`# TYPE demo_calls counter\ndemo_calls ${calls}\n`) },
      }),
    },
    resource: {
      // GET /api/datasources/uid/<uid>/resources/<path>, for the lists of a query editor.
      async *callResource({ path, method, url }) {
        calls += 1;
        log.info("a resource was asked for", { method, url });
        if (path === "columns") yield* answerResource({ body: ["time", "value"] });
        else yield* answerResource({ code: 404, body: `nothing at "${path}"` });
      },
    },
  }),
]);
