import { runCallers } from "../../rpc/programs/callers.ts";
import type { Figures, LoadSize } from "./load-size.ts";
import { type Plugin, smallCall, used, warmUp } from "./plugin-calls.ts";

/** Headers that the calls of the load have more than none. */
const sentHeaders = 100;

/** The small query by 16 callers without and with headers: what a header costs each side. */
export async function metadata(launch: () => Promise<Plugin>, { seconds }: LoadSize): Promise<Figures> {
  const headers = Object.fromEntries(
    Array.from({ length: sentHeaders }, (_, i) => [`x-header-${i}`, `value of header ${i}`]),
  );
  const plugin = await launch();
  try {
    await warmUp(plugin, smallCall(plugin), seconds);
    const none = await cpuOf(plugin, smallCall(plugin), seconds);
    const all = await cpuOf(plugin, smallCall(plugin, headers), seconds);
    return {
      hostCpu: (all.host - none.host) / sentHeaders,
      pluginCpu: (all.plugin - none.plugin) / sentHeaders,
    };
  } finally {
    await plugin.close();
  }
}

/** CPU time of a call, in µs. */
async function cpuOf(
  plugin: Plugin,
  call: () => Promise<void>,
  seconds: number,
): Promise<{ readonly host: number; readonly plugin: number }> {
  await runCallers(call, 16, seconds);
  const before = await used(plugin);
  const { calls } = await runCallers(call, 16, seconds);
  const after = await used(plugin);
  return {
    host: (after.host.cpuMicros - before.host.cpuMicros) / calls,
    plugin: (after.plugin.cpuMicros - before.plugin.cpuMicros) / calls,
  };
}
