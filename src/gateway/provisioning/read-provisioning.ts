import { systemTextOption } from "../../option-checks.ts";
import { loadYaml } from "./load-yaml.ts";
import type { Provisioning, ReadProvisioningOptions } from "./provisioning.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { takeSnapshot } from "./snapshot.ts";

/**
 * Reads files of Grafana's provisioning: `datasources` as of `provisioning/datasources`, `apps` as of
 * `provisioning/plugins`. Variables and files in values are interpolated as by Grafana. Needs the package `yaml`.
 *
 * @param path a file, a folder with `*.yaml` and `*.yml`, or Grafana's folder `provisioning`
 * @throws PluginError `provisioning_not_found`; `provisioning_invalid` with file, line, column and what is expected, and
 *   without values that may be secret; `peer_missing` or `peer_broken` without the package `yaml`; `invalid_option`
 */
export async function readProvisioning(
  path: string,
  options: ReadProvisioningOptions = {},
): Promise<Provisioning> {
  systemTextOption("path", path);
  const { outcome } = readSnapshot(await loadYaml(), path, takeSnapshot(path, []), options);
  if (!outcome.ok) throw outcome.error;
  return outcome.provisioning;
}
