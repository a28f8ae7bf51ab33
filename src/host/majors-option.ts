import { PluginError } from "../errors.ts";
import { invalidOption, listOption, objectOption } from "../option-checks.ts";
import type { ProtocolMajor } from "../protocol.ts";
import { wholeNumberOption } from "../whole-number-option.ts";

const expected = 'a list of majors, such as [v2] with v2 of "grafana-plugin-protocol/v2"';

/**
 * Checks the option `protocols` and returns it.
 *
 * @throws PluginError `invalid_option` for a value that is not a list of majors, an empty list, and a major that is
 *   listed twice.
 */
export function majorsOption(protocols: readonly ProtocolMajor[]): readonly ProtocolMajor[] {
  listOption("protocols", protocols, expected, checkMajor);
  if (protocols.length === 0) {
    throw new PluginError(
      "invalid_option",
      "protocols must name at least one major, such as v2 of grafana-plugin-protocol/v2",
    );
  }
  const versions = protocols.map((major) => major.version);
  if (new Set(versions).size !== versions.length) {
    throw new PluginError(
      "invalid_option",
      `protocols must name each major once, got ${versions.join(", ")}`,
    );
  }
  return protocols;
}

function checkMajor(name: string, major: ProtocolMajor): void {
  const { version, services } = objectOption(
    name,
    major,
    'a major, such as v2 of "grafana-plugin-protocol/v2"',
  );
  wholeNumberOption(`the version of a major (${name})`, version);
  objectOption(`${name}.services`, services, "an object of services by their keys");
  for (const [key, service] of Object.entries(services)) {
    if (service?.kind !== "service") {
      throw invalidOption(`${name}.services.${key}`, "the descriptor of a service", service);
    }
  }
}
