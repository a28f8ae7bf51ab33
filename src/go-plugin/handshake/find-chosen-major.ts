import { PluginError } from "../../errors.ts";

/**
 * Finds the major that the plugin chose among those that the host accepts.
 *
 * @throws PluginError `protocol_version_mismatch` when the host does not have it.
 */
export function findChosenMajor<M extends { readonly version: number }>(
  chosen: number,
  accepted: readonly M[],
): M {
  const major = accepted.find((candidate) => candidate.version === chosen);
  if (major === undefined) {
    const versions = accepted.map((candidate) => candidate.version).sort((a, b) => a - b);
    throw new PluginError(
      "protocol_version_mismatch",
      `plugin speaks protocol ${chosen}, host accepts ${versions.join(", ")}: ` +
        `add protocol ${chosen} to the host's protocols, or install a build of the plugin that speaks one of them`,
    );
  }
  return major;
}
