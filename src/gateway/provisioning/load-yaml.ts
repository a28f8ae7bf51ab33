import { messageOf, PluginError } from "../../errors.ts";
import { ifMissing } from "../../optional-peer.ts";

/** The package `yaml`. */
export type YamlPackage = typeof import("yaml");

/**
 * Loads the optional peer `yaml`.
 *
 * @throws PluginError `peer_missing` when it is not installed, `peer_broken` when it is there and cannot be loaded.
 */
export async function loadYaml(): Promise<YamlPackage> {
  return await import("yaml").catch(ifMissing("yaml", withoutYaml)).catch(withBrokenYaml);
}

function withoutYaml(cause: unknown): never {
  throw new PluginError(
    "peer_missing",
    "provisioning files need the package yaml, which is not installed: run npm install yaml",
    { cause },
  );
}

function withBrokenYaml(cause: unknown): never {
  if (cause instanceof PluginError) throw cause;
  throw new PluginError(
    "peer_broken",
    `provisioning files need the package yaml, which is installed and cannot be loaded (${messageOf(cause)}): install it again`,
    { cause },
  );
}
