import { setTimeout as delay } from "node:timers/promises";
import { supervisePlugin } from "grafana-plugin-protocol/host";
import { untilGone } from "../../helpers/processes.ts";
import { anyPlugin, type Fault, killIfAlive } from "../world.ts";

/** A plugin that is kept running is killed again and again while it is called: its client serves on. */
export const supervisedKills: Fault = {
  name: "kills of a supervised plugin",
  inject: async (world) => {
    const { random, ledger } = world;
    const supervised = await supervisePlugin({
      ...anyPlugin(world),
      restart: { firstDelayMs: 1, maxDelayMs: 20, maxRestarts: 100 },
    });
    for (let kills = 1 + random.below(4); kills > 0; kills--) {
      const call = (): Promise<unknown> => supervised.data.queryData({});
      const calls = Array.from({ length: 4 }, () =>
        // A Go fixture answers a call without a context with UNKNOWN.
        ledger.follow("call of a supervised plugin", call(), ["ok", "unknown", "unavailable/exited"]),
      );
      await delay(random.below(20));
      const { state } = supervised;
      if (state.status === "ready") {
        killIfAlive(state.pid);
        await untilGone(state.pid);
      }
      await Promise.all(calls);
      await ledger.follow("call after a restart", call(), ["ok", "unknown", "unavailable/exited"]);
    }
    await supervised.close();
    await ledger.follow("call after the end", supervised.data.queryData({}), ["unavailable/closed"]);
  },
};
