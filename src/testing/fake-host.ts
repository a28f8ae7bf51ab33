import type { LaunchOptions, PluginLogRecord } from "../host/launch-options.ts";
import { type LaunchedPlugin, launchPlugin } from "../host/launch-plugin.ts";
import {
  type GrafanaSettings,
  grafanaEnvironment,
  grafanaInheritedNames,
  plutonoEnvironment,
} from "../host/process/grafana-environment.ts";
import { invalidOption } from "../option-checks.ts";
import type { ProtocolMajor } from "../protocol.ts";

/** Options of {@link fakeHost}: those of `launchPlugin`, and which host to be. */
export interface FakeHostOptions<P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>
  extends LaunchOptions<P> {
  /**
   * Whose environment the plugin gets. `grafana`: that of Grafana 13.2, which passes on few variables of its own;
   * `plutono`: that of Plutono 7.5, which passes on all. Default `grafana`.
   */
  readonly as?: "grafana" | "plutono" | undefined;
  /** Settings of that host. Default: its version and edition. */
  readonly settings?: GrafanaSettings | undefined;
}

/** A plugin as Grafana or Plutono would have started it, with what it has logged. */
export type HostedPlugin<M extends ProtocolMajor> = LaunchedPlugin<M> & {
  /** The lines that the plugin wrote so far. */
  readonly log: readonly PluginLogRecord[];
};

/**
 * Starts a plugin as Grafana or Plutono would, for tests of the whole executable: its handshake, its environment, its
 * signals and its end.
 *
 * @throws PluginError as `launchPlugin`.
 */
export async function fakeHost<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  options: FakeHostOptions<P>,
): Promise<HostedPlugin<P[number]>> {
  const { as = "grafana", settings = {}, onLog, ...launch } = options;
  const log: PluginLogRecord[] = [];
  const plugin = await launchPlugin<P>({
    ...launch,
    ...environmentOf(as, settings, launch),
    onLog: (record) => {
      log.push(record);
      onLog?.(record);
    },
  } as LaunchOptions<P>);
  return { ...plugin, log };
}

function environmentOf(
  as: "grafana" | "plutono",
  settings: GrafanaSettings,
  { env, inheritEnv }: Pick<LaunchOptions<[ProtocolMajor]>, "env" | "inheritEnv">,
): Pick<LaunchOptions<[ProtocolMajor]>, "env" | "inheritEnv"> {
  switch (as) {
    case "grafana":
      return {
        inheritEnv: inheritEnv ?? grafanaInheritedNames,
        env: { ...grafanaEnvironment({ version: "13.2.0", edition: "Open Source", ...settings }), ...env },
      };
    case "plutono":
      return {
        inheritEnv: inheritEnv ?? true,
        env: { ...plutonoEnvironment({ version: "7.5.41", edition: "Open Source", ...settings }), ...env },
      };
    default:
      throw invalidOption("as", '"grafana" or "plutono"', as satisfies never);
  }
}
