import { setTimeout as delay } from "node:timers/promises";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { stopProcess } from "../../helpers/processes.ts";
import { closeQuickly, type Fault, givenOrTypescriptPlugin } from "../world.ts";

/** The process is stopped, as by a debugger or a machine that sleeps, and goes on after a while, or never. */
export const stopAndContinue: Fault = {
  name: "stop and continue",
  inject: async (world) => {
    const { random, ledger } = world;
    const plugin = await launchPlugin(givenOrTypescriptPlugin(world));
    const { pid } = plugin.process;
    await stopProcess(pid);
    const withDeadline = ledger.follow(
      "call with a deadline to a stopped plugin",
      plugin.data.queryData({ queries: [{ refId: "hang" }] }, { timeoutMs: 20 + random.below(60) }),
      ["deadline_exceeded"],
    );
    const patient = ledger.follow("call that waits for a stopped plugin", plugin.data.queryData({}), [
      "ok",
      "unavailable/closed",
    ]);
    await withDeadline;
    if (!random.oneIn(3)) {
      await delay(random.below(50));
      process.kill(pid, "SIGCONT");
      await patient;
    }
    await closeQuickly(plugin);
    await patient;
  },
};
