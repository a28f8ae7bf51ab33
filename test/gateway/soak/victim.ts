import { type SupervisedPlugin, supervisePlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { until } from "../../helpers/until.ts";

/** A plugin that is killed now and then. */
export interface Victim {
  /** Of its data source, and its type. */
  readonly uid: string;
  readonly plugin: SupervisedPlugin<typeof v2>;
  deaths: number;
  isDown: boolean;
}

export async function startVictim(
  uid: string,
  command: { readonly command: string; readonly args: readonly string[] },
): Promise<Victim> {
  const plugin = await supervisePlugin({
    ...command,
    protocols: [v2],
    // Calls wait for as long as a start takes on a busy machine.
    callsWhileDown: { waitMs: 120_000 },
    restart: { firstDelayMs: 10, maxDelayMs: 10, maxRestarts: 1_000_000 },
  });
  return { uid, plugin, deaths: 0, isDown: false };
}

/** The process id of a plugin that runs. */
export function pidOf({ uid, plugin }: Victim): number {
  const pid = plugin.process?.pid;
  if (pid === undefined) throw new Error(`expected that the plugin "${uid}" runs`);
  return pid;
}

/** Kills the process, and resolves when the next one is ready. */
export async function kill(victim: Victim): Promise<void> {
  const pid = pidOf(victim);
  victim.deaths++;
  victim.isDown = true;
  process.kill(pid, "SIGKILL");
  await until("the plugin runs again", () => {
    const next = victim.plugin.process?.pid;
    return next !== undefined && next !== pid;
  });
  victim.isDown = false;
}

/** @returns whether one of these data sources has lost its plugin since, or was without it */
export function watchDeaths(victims: readonly Victim[], uids: readonly string[]): () => boolean {
  const own = victims.filter(({ uid }) => uids.includes(uid));
  const before = own.map(({ deaths, isDown }) => ({ deaths, isDown }));
  return () =>
    own.some(({ deaths }, index) => before[index]?.isDown === true || before[index]?.deaths !== deaths);
}
