import { Code, ConnectError } from "@connectrpc/connect";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { createRandom } from "../../fuzz/random.ts";
import { hostileHeaders, shapes } from "../../helpers/hostile.ts";
import { compileCache, sourceProgram } from "../../helpers/run-program.ts";
import { closeQuickly, type Fault, type Plugin, type World } from "../world.ts";

const fixture = new URL("../fixtures/hostile-plugin.ts", import.meta.url);

/**
 * Handlers that give and throw things of every kind, called with metadata and signals of every kind: each call has one answer, or
 * one error of Connect's, and both processes live.
 */
export function hostileHandlers(calls: number): Fault {
  return {
    name: "hostile handlers and callers",
    inject: async (world) => {
      const seed = world.random.below(2 ** 31);
      const plugin = await launchPlugin({
        ...world.hostOptions,
        command: process.execPath,
        args: sourceProgram(fixture, String(seed)),
        env: compileCache,
        protocols: [v2],
        onLog: world.hostOptions.onLog ?? (() => {}),
      });
      for (let from = 0; from < calls; from += callsAtOnce) {
        const count = Math.min(callsAtOnce, calls - from);
        await Promise.all(
          Array.from({ length: count }, (_, index) => follow(plugin, world, seed, from + index)),
        );
      }
      const alive = plugin.diagnostics.checkHealth({}).then(({ message }) => {
        if (message !== "alive") throw new Error(`the plugin says ${JSON.stringify(message)}`);
      });
      await world.ledger.follow(`sane call after hostile ones, seed ${seed}`, alive, ["ok"]);
      await closeQuickly(plugin);
    },
  };
}

const callsAtOnce = 50;
const isConnectNode = process.env["TEST_TRANSPORT"] === "connect-node";

async function follow(plugin: Plugin, { ledger }: World, seed: number, index: number): Promise<void> {
  const random = createRandom(seed, -index - 2);
  const controller = new AbortController();
  const options = {
    ...(random.oneIn(3) ? { headers: hostileHeaders(random) } : {}),
    ...(random.oneIn(10) ? { timeoutMs: 1 + random.below(50) } : {}),
    signal: controller.signal,
  };
  const call = async (): Promise<void> => {
    if (index % 2 === 0) await plugin.data.queryData({ queries: [{ refId: String(index) }] }, options);
    else for await (const _ of plugin.resource.callResource({ path: String(index) }, options));
  };
  const settled = call().catch((reason: unknown) => {
    // connect-node gives some abort reasons on as errors of their own kind: the call has ended all the same.
    if (!(reason instanceof ConnectError)) {
      if (isConnectNode) return;
      throw reason;
    }
    // The plugin has died, or the connection: neither may be of what one call says.
    if (reason.code === Code.Unavailable) throw new Error(`unavailable: ${reason.message}`);
  });
  // connect-node itself reads the reason where nobody can catch what that throws.
  const reasons = isConnectNode ? shapes.slice(0, 10) : shapes;
  if (random.oneIn(10)) setImmediate(() => controller.abort(random.pick(reasons)()));
  await ledger.follow(`case ${index} of seed ${seed}`, settled, ["ok"]);
}
