import { isAlive } from "../../goplugin/is-alive.ts";
import { readStandaloneFiles } from "./standalone-files.ts";

/** How a plugin is known in standalone mode. */
export interface StandaloneOptions {
  /** The id in `plugin.json`. */
  readonly pluginId: string;
  /** The directory of `plugin.json`, which the host starts the executable from. */
  readonly directory: string;
}

/** A process of the same plugin that already serves. */
export interface StandaloneProcess {
  /** `host:port`; an empty host means this machine. */
  readonly address: string;
  /** Known when it left `pid.txt`. */
  readonly pid: number | undefined;
}

/** The variable by which a developer fixes the address of a standalone plugin. */
export function standaloneAddressName(pluginId: string): string {
  return `GF_PLUGIN_GRPC_ADDRESS_${pluginId.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * Finds the standalone process of a plugin: the variable or `standalone.txt` gives its address, and its process, when
 * `pid.txt` names one, has to be alive.
 */
export function findStandalone(
  { pluginId, directory }: StandaloneOptions,
  env: Readonly<Record<string, string | undefined>>,
): StandaloneProcess | undefined {
  const files = readStandaloneFiles(directory);
  const address = env[standaloneAddressName(pluginId)] ?? files.address;
  if (address === undefined || address === "") return undefined;
  if (files.pid !== undefined && (files.pid === 0 || !isAlive(files.pid))) return undefined;
  return { address, pid: files.pid };
}
