import { setTimeout as delay } from "node:timers/promises";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { anyPlugin, closeQuickly, type Fault, killIfAlive, withEarlyPid } from "../world.ts";

/** The process is killed somewhere between its first instruction and a little after its first answer. */
export const killInStart: Fault = {
  name: "kill in the start",
  inject: async (world) => {
    const { options, pid } = await withEarlyPid(world, anyPlugin(world));
    const start = launchPlugin(options);
    const settled = world.ledger.follow("start of a plugin that is killed", start, [
      "ok",
      "exited",
      "dial_failed",
    ]);
    const victim = await pid();
    await delay(world.random.below(250));
    killIfAlive(victim);
    if ((await settled) !== "ok") return;
    const plugin = await start;
    await world.ledger.follow("call of a killed plugin", plugin.data.queryData({}), ["unavailable/exited"]);
    await closeQuickly(plugin);
  },
};
