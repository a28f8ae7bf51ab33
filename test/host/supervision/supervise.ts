import type { TestContext } from "node:test";
import {
  type PluginState,
  type SupervisedPlugin,
  type SuperviseOptions,
  supervisePlugin,
} from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";
import { fixturePlugin } from "../../helpers/launch.ts";
import type { PrivateTmp } from "../../helpers/private-tmp.ts";
import { until } from "../../helpers/until.ts";

type Status = PluginState["status"];

/** Restarts without a delay that a test would notice. */
export const quick = { firstDelayMs: 1, maxDelayMs: 1 };
/** Restarts that no test lives to see. */
export const never = { firstDelayMs: 1_000_000_000, maxDelayMs: 1_000_000_000 };

/** A supervised plugin with the states that were seen so far. */
export interface Observed {
  readonly plugin: SupervisedPlugin<typeof v2>;
  readonly states: readonly PluginState[];
  /** The pid of the process that is ready. */
  readonly pid: () => number;
  /** Resolves with the first state of this kind after the first `from` states. */
  readonly untilState: <S extends Status>(
    status: S,
    from?: number,
  ) => Promise<Extract<PluginState, { status: S }>>;
  /** Calls a resource of the fixture and gives the body of its answer. */
  readonly ask: (path: string, body?: string) => Promise<string>;
}

/** Supervises the plugin of the fixtures, or another command, as v2; closes it when the test ends. */
export async function supervised(
  t: TestContext,
  options: Partial<SuperviseOptions<readonly [typeof v2]>> = {},
): Promise<Observed> {
  const states: PluginState[] = [];
  const plugin = await supervisePlugin({
    ...fixturePlugin(),
    restart: quick,
    ...options,
    protocols: [v2],
    onState: (state) => states.push(state),
  });
  atEnd(t, () => plugin.close({ graceMs: 100 }));
  return {
    plugin,
    states,
    pid: () => (plugin.state.status === "ready" ? plugin.state.pid : Number.NaN),
    untilState: (status, from = 0) =>
      until(`the state is ${status}`, () => states.slice(from).find((state) => isIn(state, status))),
    ask: async (path, body = "") => {
      let text = "";
      for await (const part of plugin.resource.callResource({ path, body: Buffer.from(body) })) {
        text += Buffer.from(part.body).toString();
      }
      return text;
    },
  };
}

function isIn<S extends Status>(state: PluginState, status: S): state is Extract<PluginState, { status: S }> {
  return state.status === status;
}

/** A shell script that becomes the plugin of the fixtures, after the lines given. */
export function launcherScript(lines: string = "", ...args: string[]): string {
  const { command, args: program } = fixturePlugin(...args);
  const words = [command, ...program].map((word) => `'${word}'`).join(" ");
  return `#!/bin/sh\n${lines}\nexec ${words}\n`;
}

/** Options that start {@link launcherScript}. */
export async function launcher(
  tmp: PrivateTmp,
  lines: string = "",
  ...args: string[]
): Promise<{
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}> {
  return {
    command: await tmp.writeExecutable(launcherScript(lines, ...args)),
    args: [],
    env: { ...fixturePlugin().env },
  };
}
