import { launchPlugin } from "grafana-plugin-protocol/host";
import { anyPlugin, closeQuickly, type Fault, type World } from "../world.ts";

async function startAndStop(world: World): Promise<void> {
  const start = launchPlugin(anyPlugin(world));
  if ((await world.ledger.follow("start", start, ["ok"])) !== "ok") return;
  const plugin = await start;
  await world.ledger.follow("first call", plugin.data.queryData({}), ["ok", "unknown"]);
  await closeQuickly(plugin);
}

/** Not a fault by itself: what one start leaves behind shows after two hundred. */
export function startsInARow(count: number): Fault {
  return {
    name: `${count} starts in a row`,
    inject: async (world) => {
      for (let started = 0; started < count; started++) await startAndStop(world);
    },
  };
}

/** Many plugins compete for the machine. */
export const pluginsAtOnce: Fault = {
  name: "32 plugins at once",
  inject: async (world) => {
    await Promise.all(Array.from({ length: 32 }, () => startAndStop(world)));
  },
};
