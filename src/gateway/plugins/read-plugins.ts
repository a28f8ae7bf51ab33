import { messageOf, PluginError } from "../../errors.ts";
import { findPluginDirs } from "../../host/plugin-dir/find-plugin-dirs.ts";
import { type PluginDir, readPluginDir } from "../../host/plugin-dir/read-plugin-dir.ts";
import {
  grafanaEnvironment,
  grafanaInheritedNames,
  plutonoEnvironment,
} from "../../host/process/grafana-environment.ts";
import { invalidOption, listOption, objectOption, systemTextOption } from "../../option-checks.ts";
import type { GatewayLaunchOptions, GatewayOptions, GatewayPlugin } from "../gateway-options.ts";
import type { ResolvedGatewayOptions } from "../resolve-options.ts";
import { type AppRegistry, appMessage } from "./create-app-registry.ts";
import type { PluginInfo } from "./plugin-info.ts";
import { type PluginSlot, slotOfClient, slotOfLaunch } from "./plugin-slot.ts";

/** What the option `plugins` gives: plugins by id, and what is wrong with those that are missing. */
export interface ReadPlugins {
  readonly slots: ReadonlyMap<string, PluginSlot>;
  readonly problems: readonly string[];
}

/** A plugin that was found, not yet started. */
interface FoundPlugin {
  readonly info: PluginInfo;
  readonly start: () => PluginSlot;
  /** Where it was read; `undefined` for one of the options. */
  readonly folder?: string | undefined;
}

/**
 * Reads and starts the plugins of a gateway.
 *
 * @throws PluginError `invalid_option`, also for two plugins with one id of which one is not of a folder; then none was
 *   started.
 */
export async function readPlugins(
  options: GatewayOptions,
  settings: ResolvedGatewayOptions,
  apps: AppRegistry,
): Promise<ReadPlugins> {
  listOption<GatewayPlugin | string>(
    "plugins",
    options.plugins,
    "a list of folders and plugins",
    (name, entry) => {
      if (typeof entry === "string") systemTextOption(name, entry);
      else checkPlugin(name, entry);
    },
  );
  const problems: string[] = [];
  const found: FoundPlugin[] = [];
  for (const entry of options.plugins) {
    if (typeof entry !== "string") {
      found.push(ofOption(entry, options, settings, apps));
      continue;
    }
    try {
      for (const folder of await findPluginDirs(entry)) {
        const { plugins, faults } = await readFolder(folder, options, settings, apps);
        found.push(...plugins);
        problems.push(...faults);
      }
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const byId = new Map<string, FoundPlugin>();
  for (const plugin of found) {
    const { id } = plugin.info;
    const first = byId.get(id);
    if (first === undefined) byId.set(id, plugin);
    // A copy of one plugin must not keep the others from being served.
    else if (first.folder !== undefined && plugin.folder !== undefined) {
      problems.push(
        `"${plugin.folder}" is left out: "${first.folder}" has the plugin ${id} already: remove one of them`,
      );
    } else throw invalidOption("plugins", "plugins with ids of their own", id);
  }
  for (const problem of problems) settings.log({ level: "error", message: problem, fields: {} });
  return { slots: new Map([...byId].map(([id, { start }]) => [id, start()])), problems };
}

function checkPlugin(name: string, plugin: GatewayPlugin): void {
  objectOption(name, plugin, "a folder, or an object with id and launch or client");
  systemTextOption(`${name}.id`, plugin.id);
  if ((plugin.launch === undefined) === (plugin.client === undefined)) {
    throw new PluginError(
      "invalid_option",
      `${name} must have either launch or client, got ${plugin.launch ? "both" : "none"}`,
    );
  }
}

function ofOption(
  plugin: GatewayPlugin,
  options: GatewayOptions,
  settings: ResolvedGatewayOptions,
  apps: AppRegistry,
): FoundPlugin {
  const { id, name = id, type = "datasource", version = "", client, launch } = plugin;
  const own = plugin.app === undefined ? undefined : appMessage(plugin.app);
  const info: PluginInfo = {
    id,
    name,
    type,
    version,
    json: { id, name, type, backend: true, info: { version } },
    get app() {
      return type === "app" ? (own ?? apps.of(id)) : undefined;
    },
  };
  return {
    info,
    start: () => {
      if (client !== undefined) return slotOfClient(info, client);
      if (launch === undefined) throw invalidOption(`launch of ${id}`, "an object with command", launch);
      return slotOfLaunch(info, launchOf(launch, options.launch, info, settings), settings.log);
    },
  };
}

async function readFolder(
  folder: string,
  options: GatewayOptions,
  settings: ResolvedGatewayOptions,
  apps: AppRegistry,
): Promise<{ readonly plugins: readonly FoundPlugin[]; readonly faults: readonly string[] }> {
  try {
    const dir = await readPluginDir(folder, { grafanaVersion: settings.grafanaVersion });
    for (const one of [dir, ...dir.nested]) {
      const fields = { pluginId: one.manifest.id };
      for (const warning of one.warnings) settings.log({ level: "warn", message: warning, fields });
      if (one.command === undefined) {
        const message = "plugin has no backend, so it is not served: only a page of Grafana can run it";
        settings.log({ level: "info", message, fields });
      }
    }
    return {
      plugins: [dir, ...dir.nested].flatMap((one) => ofDir(one, options, settings, apps)),
      faults: [],
    };
  } catch (error) {
    return { plugins: [], faults: [messageOf(error)] };
  }
}

/** Plugins without an executable are for the frontend alone. */
function ofDir(
  { directory, manifest, command }: PluginDir,
  options: GatewayOptions,
  settings: ResolvedGatewayOptions,
  apps: AppRegistry,
): readonly FoundPlugin[] {
  if (command === undefined) return [];
  const { id, name, type, version, json } = manifest;
  const info: PluginInfo = {
    id,
    name,
    type,
    version,
    json,
    get app() {
      return type === "app" ? apps.of(id) : undefined;
    },
  };
  return [
    {
      info,
      folder: directory,
      start: () => slotOfLaunch(info, launchOf({ command }, options.launch, info, settings), settings.log),
    },
  ];
}

/** Beside what Grafana passes on, what a launcher script usually needs. */
const inherited = [...grafanaInheritedNames, "PATH", "HOME", "TMPDIR", "TZ", "LANG"];

function launchOf(
  launch: GatewayLaunchOptions,
  common: GatewayOptions["launch"] = {},
  { version }: PluginInfo,
  { style, grafanaVersion, featureToggles }: ResolvedGatewayOptions,
): GatewayLaunchOptions {
  const env =
    style === "plutono"
      ? plutonoEnvironment({ version: grafanaVersion, edition: "Open Source" })
      : grafanaEnvironment({
          version: grafanaVersion,
          edition: "Open Source",
          featureToggles,
          pluginVersion: version === "" ? undefined : version,
        });
  return {
    ...common,
    ...launch,
    inheritEnv: launch.inheritEnv ?? common.inheritEnv ?? inherited,
    env: { ...env, ...common.env, ...launch.env },
  };
}
