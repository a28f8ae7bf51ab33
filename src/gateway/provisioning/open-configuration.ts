import { PluginError } from "../../errors.ts";
import { listOption, systemTextOption } from "../../option-checks.ts";
import { changesOf } from "../data-sources/changes-of.ts";
import { createRegistry, type DataSourceRegistry } from "../data-sources/create-registry.ts";
import type { GatewayDataSource, GatewayOptions } from "../gateway-options.ts";
import type { AppRegistry } from "../plugins/create-app-registry.ts";
import type { ResolvedGatewayOptions } from "../resolve-options.ts";
import { followProvisioning, type ProvisioningFollower } from "./follow-provisioning.ts";
import { loadYaml } from "./load-yaml.ts";
import type { Provisioning } from "./provisioning.ts";

/** The data sources and apps of a gateway, from its options and from files. */
export interface Configuration {
  readonly sources: DataSourceRegistry;
  /** Replaces the data sources that are not from files. @throws PluginError `invalid_option`; then the old ones stay. */
  readonly setDataSources: (given: readonly GatewayDataSource[]) => void;
  /** Reads the files now. @throws PluginError; then what was read before stays. */
  readonly reload: () => void;
  /** Begins to look for changes of the files. */
  readonly follow: () => void;
  readonly end: () => void;
}

/**
 * Reads the options `dataSources` and `provisioning`. A path of `provisioning` with nothing at it yet is logged, and read
 * as soon as there is something.
 *
 * @throws PluginError `invalid_option`, `provisioning_invalid`, `peer_missing`, `peer_broken`
 */
export async function openConfiguration(
  { dataSources = [], provisioning: path, apps: ownApps = {} }: GatewayOptions,
  { log }: ResolvedGatewayOptions,
  apps: AppRegistry,
): Promise<Configuration> {
  let own = dataSources;
  let provisioned: readonly GatewayDataSource[] = [];
  // At first all is new, and the table of a program has it.
  let wasRead = false;
  const sources = createRegistry(own);
  const apply = ({ dataSources: next, apps: nextApps, files, warnings }: Provisioning): void => {
    for (const warning of warnings) log({ level: "warn", message: warning, fields: {} });
    const before = sources.all();
    sources.replace([...own, ...next]);
    provisioned = next;
    apps.replace({ ...nextApps, ...ownApps });
    const counts = { files: files.length, dataSources: next.length, apps: Object.keys(nextApps).length };
    const fields = { ...counts, ...(wasRead ? changesOf(before, sources.all()) : {}) };
    wasRead = true;
    log({ level: "info", message: "provisioning was read", fields });
  };
  const follower = path === undefined ? undefined : await openFollower(path);
  return {
    sources,
    setDataSources: (given) => {
      listOption("dataSources", given, "a list of data sources", () => {});
      sources.replace([...given, ...provisioned]);
      own = given;
    },
    reload: () => {
      if (follower !== undefined) return follower.load();
      throw new PluginError(
        "invalid_option",
        "there is nothing to read again: expected the option provisioning",
      );
    },
    follow: () => follower?.start(),
    end: () => follower?.stop(),
  };

  async function openFollower(given: string): Promise<ProvisioningFollower> {
    systemTextOption("provisioning", given);
    const opened = followProvisioning({
      yaml: await loadYaml(),
      path: given,
      apply,
      onError: ({ message }) =>
        log({
          level: "error",
          message: "provisioning cannot be used, so what was read before stays",
          fields: { reason: message },
        }),
    });
    try {
      opened.load();
    } catch (error) {
      if (!(error instanceof PluginError) || error.code !== "provisioning_not_found") throw error;
      log({ level: "warn", message: `${error.message}. It is read when it is there`, fields: {} });
    }
    return opened;
  }
}
