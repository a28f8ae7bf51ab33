import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ProtocolMajor } from "grafana-plugin-protocol";
import { type LaunchedPlugin, type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";

export const weatherFolder: string = join(import.meta.dirname, "..", "..", "examples", "weather-datasource");
export const weatherLauncher: string = join(weatherFolder, "gpx_weather_linux_amd64");

/** Starts the weather plugin as a real host does: no arguments, another directory, an environment of its own. */
export async function startWeather<const P extends readonly [ProtocolMajor, ...ProtocolMajor[]]>(
  t: TestContext,
  protocols: LaunchOptions<P>["protocols"],
  command: string = weatherLauncher,
): Promise<LaunchedPlugin<P[number]>> {
  await privateTmp(t);
  const cwd = await mkdtemp(join(tmpdir(), "elsewhere-"));
  atEnd(t, () => rm(cwd, { recursive: true }));
  const env = { PATH: "/usr/bin:/bin" };
  const plugin = await launchPlugin<P>({ command, protocols, cwd, env, inheritEnv: false });
  atEnd(t, () => plugin.close());
  return plugin;
}
