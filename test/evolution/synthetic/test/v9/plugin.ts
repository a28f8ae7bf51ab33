import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";
import { v9 } from "grafana-plugin-protocol/v9";

await servePlugin([
  implement(v2, { diagnostics: { checkHealth: () => ({ message: "v2" }) } }),
  implement(v9, {
    echoes: {
      echo: ({ text }) => ({ text }),
      async *repeat({ text, times }) {
        for (let n = 0n; n < times; n++) yield { text };
      },
    },
  }),
]);
