import type { LaunchedPlugin } from "grafana-plugin-protocol/host";
import type { v2 } from "grafana-plugin-protocol/v2";
import { runCallers } from "../../rpc/programs/callers.ts";
import { currentUsage, type Usage } from "../../rpc/programs/usage.ts";
import { frameBytesByQuery, queryFor } from "../../rpc/requests.ts";

export type Plugin = LaunchedPlugin<typeof v2>;

/** What this process and the plugin have used so far. */
export async function used(plugin: Plugin): Promise<{ readonly host: Usage; readonly plugin: Usage }> {
  const { jsonDetails } = await plugin.diagnostics.checkHealth({});
  const own = JSON.parse(new TextDecoder().decode(jsonDetails)) as Usage;
  return { host: currentUsage(), plugin: own };
}

/** The small query. */
export function smallCall(plugin: Plugin, headers?: Readonly<Record<string, string>>): () => Promise<void> {
  const request = queryFor(frameBytesByQuery.small);
  const options = headers && { headers };
  return async () => {
    const { responses } = await plugin.data.queryData(request, options);
    const length = responses["A"]?.frames[0]?.length;
    if (length !== frameBytesByQuery.small) throw new Error(`expected a frame of 1200 bytes, got ${length}`);
  };
}

/** What goes before measured calls; the Go program's, too. */
export async function warmUp(plugin: Plugin, call: () => Promise<void>, seconds: number): Promise<void> {
  for (let slice = 0; slice < 3; slice++) {
    await runCallers(call, 16, seconds);
    await used(plugin);
  }
}
