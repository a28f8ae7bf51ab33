import { errorCode, PluginError } from "../../errors.ts";

/** The package `yaml`. */
export type YamlPackage = typeof import("yaml");

/**
 * Loads the optional peer `yaml`.
 *
 * @throws PluginError `peer_missing`.
 */
export async function loadYaml(): Promise<YamlPackage> {
  try {
    return await import("yaml");
  } catch (cause) {
    const isMissing = /^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND)$/.test(errorCode(cause) ?? "");
    throw new PluginError(
      "peer_missing",
      `provisioning files need the package yaml, which ${isMissing ? "is not installed" : "cannot be loaded"}: run npm install yaml`,
      { cause },
    );
  }
}
