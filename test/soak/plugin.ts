// The plugin of the soak. Its health says what the process holds after a collection.
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { CheckHealthResponse_HealthStatus as Health, v2 } from "grafana-plugin-protocol/v2";
import { answers } from "../../bench/rpc/programs/answers.ts";
import { openDescriptors } from "../chaos/census.ts";
import { usedMemory } from "./used-memory.ts";

void servePlugin([
  implement(v2, {
    ...answers,
    diagnostics: {
      checkHealth: async () => {
        const bytes = await usedMemory();
        const descriptors = [...openDescriptors().values()].reduce((sum, count) => sum + count, 0);
        return {
          status: Health.OK,
          jsonDetails: new TextEncoder().encode(JSON.stringify({ bytes, descriptors })),
        };
      },
    },
  }),
]);
