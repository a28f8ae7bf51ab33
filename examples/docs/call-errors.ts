import { Code, ConnectError, PluginError } from "grafana-plugin-protocol";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { errorSourceOf, QueryError, v2 } from "grafana-plugin-protocol/v2";

const plugin = createInMemoryPlugin(v2, {
  diagnostics: {
    checkHealth() {
      throw new QueryError("the database is down", { errorSource: "downstream" });
    },
  },
});

function describe(error: unknown): string {
  if (!(error instanceof ConnectError)) throw error;
  if (error.code === Code.Unimplemented) return "the plugin does not have this";
  if (error.cause instanceof PluginError) return `the plugin is gone: ${error.cause.message}`;
  return `${Code[error.code]}: ${error.rawMessage} (${errorSourceOf(error) ?? "no source"})`;
}

await plugin.diagnostics.checkHealth({}).catch((error: unknown) => console.log(describe(error)));
// → Unknown: the database is down (downstream)
await plugin.diagnostics.collectMetrics({}).catch((error: unknown) => console.log(describe(error)));
// → the plugin does not have this
