import { launchPlugin } from "grafana-plugin-protocol/host";
import { closeQuickly, type Fault, type Plugin, typescriptPlugin } from "../world.ts";

/** The plugin prints more than any buffer holds, to where logs go and to where only the handshake line should. */
export const floods: readonly Fault[] = (["flood-stdout", "flood-stderr"] as const).map((path) => ({
  name: path.replace("-", " of "),
  inject: async (world) => {
    let lines = 0;
    const plugin = await launchPlugin({
      ...typescriptPlugin(world),
      onLog: () => {
        lines++;
      },
    });
    const bytes = 100 * (1 + world.random.below(40_000));
    const flood = world.ledger.follow(path, ask(plugin, path, String(bytes)), ["ok"]);
    await world.ledger.follow("call beside a flood", plugin.data.queryData({}), ["ok"]);
    await flood;
    await closeQuickly(plugin);
    await world.ledger.follow(
      "the flood arrives whole",
      lines >= bytes / 100
        ? Promise.resolve()
        : Promise.reject(new Error(`${lines} of ${bytes / 100} lines`)),
      ["ok"],
    );
  },
}));

async function ask(plugin: Plugin, path: string, body: string): Promise<void> {
  for await (const _ of plugin.resource.callResource({ path, body: new TextEncoder().encode(body) }));
}
