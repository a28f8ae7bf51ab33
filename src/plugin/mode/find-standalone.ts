import { isAlive } from "../../go-plugin/is-alive.ts";
import { readStandaloneFiles } from "./standalone-files.ts";

/** Identifies a plugin in standalone mode. */
export interface StandaloneOptions {
  /** The id in `plugin.json`. */
  readonly pluginId: string;
  /** The directory of `plugin.json`, in which the host starts the executable. */
  readonly directory: string;
}

/** A running process of the same plugin. */
export interface StandaloneProcess {
  /** `host:port`; an empty host means this machine. */
  readonly address: string;
  /** Process id from `pid.txt`, if the process left one. */
  readonly pid: number | undefined;
}

/** The variable by which a developer fixes the address of a standalone plugin. */
export function standaloneAddressName(pluginId: string): string {
  return `GF_PLUGIN_GRPC_ADDRESS_${pluginId.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * Finds the standalone process of a plugin: the variable or `standalone.txt` has its address. If `pid.txt` names a
 * process, that has to be alive.
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
