import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { compileCache, sourceProgram } from "../../helpers/run-program.ts";
import { closeQuickly, type Fault } from "../world.ts";

const fixture = new URL("../fixtures/garbage-plugin.ts", import.meta.url);

/** The plugin's handshake is right, and its socket then speaks nonsense: at once, or in the midst of HTTP/2. */
export const garbage: Fault = {
  name: "garbage on the socket",
  inject: async ({ random, ledger, hostOptions }) => {
    const start = launchPlugin({
      ...hostOptions,
      command: process.execPath,
      args: sourceProgram(fixture, String(random.below(2 ** 31))),
      env: compileCache,
      protocols: [v2],
      startTimeoutMs: 3000,
    });
    const outcome = await ledger.follow("start of a plugin that speaks nonsense", start, [
      "ok",
      "dial_failed",
      "start_timeout",
    ]);
    if (outcome !== "ok") return;
    const plugin = await start;
    await ledger.follow(
      "call to a plugin that speaks nonsense",
      plugin.data.queryData({}, { timeoutMs: 1000 }),
      ["deadline_exceeded", "internal", "unavailable", "unknown"],
    );
    await closeQuickly(plugin);
  },
};
