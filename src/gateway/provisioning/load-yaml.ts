import { PluginError } from "../../errors.ts";
import { ifMissing } from "../../optional-peer.ts";

/** The package `yaml`. */
export type YamlPackage = typeof import("yaml");

/**
 * Loads the optional peer `yaml`.
 *
 * @throws PluginError `peer_missing` when it is not installed; what a package that is there but broken throws.
 */
export async function loadYaml(): Promise<YamlPackage> {
  return await import("yaml").catch(ifMissing("yaml", withoutYaml));
}

function withoutYaml(cause: unknown): never {
  throw new PluginError(
    "peer_missing",
    "provisioning files need the package yaml, which is not installed: run npm install yaml",
    { cause },
  );
}
