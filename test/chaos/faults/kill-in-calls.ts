import { setTimeout as delay } from "node:timers/promises";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { closeQuickly, type Fault, givenOrTypescriptPlugin, type Plugin, type World } from "../world.ts";

/** What may be under way when the process is killed; each ends as a death does, or had ended before. */
const callsUnderWay: readonly ((plugin: Plugin, world: World) => Promise<unknown>)[] = [
  // In mid-unary: a call that only its death ends, and one that may just be answered.
  (plugin) => plugin.data.queryData({ queries: [{ refId: "hang" }] }),
  (plugin) => plugin.data.queryData({}),
  // In mid-stream.
  (plugin, { given }) => drain(plugin.stream.runStream({ path: given?.stream ?? "chaos" })),
  // In mid-message, of some MiB in both directions.
  (plugin, { random }) =>
    drain(
      plugin.resource.callResource({
        path: "echo",
        body: new Uint8Array(1 + random.below(8 << 20)).fill(65),
      }),
    ),
];

async function drain(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

/** The process is killed while calls of every kind run. */
export const killInCalls: Fault = {
  name: "kill in calls",
  inject: async (world) => {
    const { random, ledger } = world;
    const plugin = await launchPlugin(givenOrTypescriptPlugin(world));
    const calls = Array.from({ length: 1 + random.below(12) }, () => random.pick(callsUnderWay));
    const settled = calls.map((call) =>
      ledger.follow("call under way when the plugin is killed", call(plugin, world), [
        "ok",
        "unavailable/exited",
      ]),
    );
    await delay(random.below(40));
    process.kill(plugin.process.pid, "SIGKILL");
    await Promise.all(settled);
    await ledger.follow("call after the kill", plugin.data.queryData({}), ["unavailable/exited"]);
    await closeQuickly(plugin);
  },
};

/** The host closes the plugin while calls of every kind run. */
export const closeInCalls: Fault = {
  name: "close in calls",
  inject: async (world) => {
    const { random, ledger } = world;
    const plugin = await launchPlugin(givenOrTypescriptPlugin(world));
    const calls = Array.from({ length: 1 + random.below(12) }, () => random.pick(callsUnderWay));
    const settled = calls.map((call) =>
      // The plugin ends its calls first, which it tells by these two codes.
      ledger.follow("call under way at the close", call(plugin, world), [
        "ok",
        "unavailable",
        "canceled",
        "unavailable/closed",
      ]),
    );
    await delay(random.below(40));
    await Promise.all([closeQuickly(plugin), closeQuickly(plugin)]);
    await Promise.all(settled);
    await ledger.follow("call after the close", plugin.data.queryData({}), ["unavailable/closed"]);
  },
};
