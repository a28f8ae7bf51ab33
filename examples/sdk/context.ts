import type { implement } from "grafana-plugin-protocol/plugin";
import {
  forwardedHeaders,
  HeaderName,
  hasFeature,
  isGrafanaAtLeast,
  readRequestContext,
} from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";

const impl = {
  diagnostics: {
    checkHealth: (request, call) => {
      const context = readRequestContext("checkHealth", request, call);
      const { user, orgId, headers, config } = context;
      console.log(user?.login, user?.role, orgId, context.isFromAlert);
      console.log(headers.get(HeaderName.dashboardUid), config.sql?.rowLimit);
      console.log(isGrafanaAtLeast(context, "12.1"), hasFeature(context, "idForwarding"));
      // For the service that the plugin asks: the user's tokens, and nothing else of the call.
      console.log(forwardedHeaders(context, { login: true }));
      return { message: "ready" };
    },
  },
} satisfies Parameters<typeof implement<typeof v2>>[1];

// In a program of its own this is `servePlugin([implement(v2, impl)])`.
const plugin = createInMemoryPlugin(v2, impl);
await plugin.diagnostics.checkHealth({
  headers: { http_Authorization: "Bearer ada", "http_X-Dashboard-Uid": "d1", Cookie: "session=1" },
  pluginContext: {
    orgId: 7n,
    user: { login: "ada", role: "Editor" },
    userAgent: "Grafana/12.1.0 (linux; amd64)",
    grafanaConfig: {
      GF_INSTANCE_FEATURE_TOGGLES_ENABLE: "idForwarding,other",
      GF_SQL_ROW_LIMIT: "1000",
      GF_SQL_MAX_OPEN_CONNS_DEFAULT: "100",
      GF_SQL_MAX_IDLE_CONNS_DEFAULT: "100",
      GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT: "14400",
    },
  },
});
// → ada Editor 7n false
// → d1 1000
// → true true
// → { Authorization: 'Bearer ada' }
