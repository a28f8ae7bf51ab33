import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { implement } from "grafana-plugin-protocol/plugin";
import { createInstances, serveHealth, serveQueries } from "grafana-plugin-protocol/sdk";
import { v2 } from "grafana-plugin-protocol/v2";

const instances = createInstances({
  create: ({ settings }) => ({ name: settings.name, close: () => {} }),
  maxInstances: 100,
  idleMs: 10 * 60_000,
});
const plugin = implement(v2, {
  data: serveQueries(
    {
      "": {
        run: (_query, { instance }) =>
          createFrame({ fields: [createField("name", "string", [instance.name])] }),
      },
    },
    { instances },
  ),
  diagnostics: serveHealth(({ instance }) => ({ status: "ok", message: instance.name }), { instances }),
});

console.log(plugin.services.length, instances.active);
// → 2 0
await instances.close();
