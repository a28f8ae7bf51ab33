import type { PluginImpl } from "grafana-plugin-protocol";
import { CheckHealthResponse_HealthStatus as Health, type v2 } from "grafana-plugin-protocol/v2";
import { frameBytes } from "./frame-bytes.ts";
import { taskOf } from "./task.ts";
import { currentUsage } from "./usage.ts";

/** The handlers of the measured plugins. They do as little work as possible, as those of the Go plugin. */
export const answers: PluginImpl<typeof v2> = {
  data: {
    // Reads its signal, as README's plugin does.
    queryData({ queries }, { signal }) {
      signal.throwIfAborted();
      const responses = Object.fromEntries(
        queries.map(({ refId, json }) => [refId, { frames: [frameBytes(taskOf(json).bytes)], status: 200 }]),
      );
      return { responses };
    },
  },
  stream: {
    async *runStream(request) {
      const { bytes, packets } = taskOf(request.data);
      const data = frameBytes(bytes);
      for (let i = 0; i < packets; i++) yield { data };
    },
  },
  diagnostics: {
    checkHealth: () => ({
      status: Health.OK,
      jsonDetails: new TextEncoder().encode(JSON.stringify(currentUsage())),
    }),
  },
};
