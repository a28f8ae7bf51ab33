import { launchPlugin } from "grafana-plugin-protocol/host";
import { type Fault, typescriptPlugin } from "../world.ts";

/** The plugin ignores Shutdown and SIGTERM, and has started a program of its own. */
export const deafPlugin: Fault = {
  name: "plugin that ignores Shutdown",
  inject: async (world) => {
    const plugin = await launchPlugin(typescriptPlugin(world, "--deaf"));
    for await (const _ of plugin.resource.callResource({ path: "child" }));
    const hanging = world.ledger.follow(
      "call to a plugin that ignores its end",
      plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] }),
      ["unavailable", "canceled", "unavailable/closed"],
    );
    await plugin.close({ graceMs: 20 + world.random.below(100) });
    await hanging;
  },
};
