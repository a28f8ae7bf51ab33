import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { anyPlugin, closeQuickly, type Fault } from "../world.ts";

/** The file of the socket is deleted, as cleaners of temporary directories do: the connection holds. */
export const lostSocket: Fault = {
  name: "socket file deleted",
  inject: async (world) => {
    const directory = join(world.directory, world.newName());
    await mkdir(directory);
    const options = anyPlugin(world);
    const plugin = await launchPlugin({
      ...options,
      env: { ...options.env, PLUGIN_UNIX_SOCKET_DIR: directory },
    });
    for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true });
    await world.ledger.follow("call after the socket file went", plugin.data.queryData({}), [
      "ok",
      "unknown",
    ]);
    await closeQuickly(plugin);
  },
};
