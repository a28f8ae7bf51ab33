import { setTimeout as delay } from "node:timers/promises";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { anyPlugin, closeQuickly, type Fault } from "../world.ts";

/** The host changes its mind while the plugin starts. */
export const abortInStart: Fault = {
  name: "abort in the start",
  inject: async (world) => {
    const controller = new AbortController();
    const start = launchPlugin({ ...anyPlugin(world), signal: controller.signal });
    const settled = world.ledger.follow("start that is aborted", start, ["ok", "aborted"]);
    await delay(world.random.below(200));
    controller.abort();
    if ((await settled) === "ok") await closeQuickly(await start);
  },
};
