import { PluginError } from "../../errors.ts";
import { describeValue } from "../../option-checks.ts";
import { readPluginEnvironment } from "../../plugin/environment/read-plugin-environment.ts";
import type { TextValues } from "../../plugin/environment/text-values.ts";
import type { RequestContext } from "./request-context.ts";

const pattern = /^Grafana\/([0-9]+\.[0-9]+\.[0-9]+\S*) \(([a-zA-Z0-9]+); ([a-zA-Z0-9]+)\)$/;

/**
 * Parses the user agent of a host, such as `Grafana/12.1.0-pre (linux; amd64)`.
 *
 * @returns `undefined` for any other text, as in the Go SDK
 */
export function parseUserAgent(text: string): RequestContext["userAgent"] {
  const [, version, os, arch] = pattern.exec(text) ?? [];
  return version === undefined || os === undefined || arch === undefined ? undefined : { version, os, arch };
}

/**
 * Whether the host is Grafana in this version or a later one: `isGrafanaAtLeast(context, "12.1")`. Versions are compared
 * by the rules of Semantic Versioning: `12.1.0-pre` comes before `12.1.0`, build metadata does not count.
 *
 * The version comes from the call, else from `GF_VERSION`, for Grafanas that do not send it. False for Plutono and for a
 * host that tells no version.
 *
 * @param version one to three numbers, such as `"12"`, `"12.1"`, `"12.1.0"`, and a prerelease if there are three
 * @throws PluginError `invalid_option` for another `version`.
 */
export function isGrafanaAtLeast(
  context: Pick<RequestContext, "userAgent">,
  version: string,
  env: TextValues = process.env,
): boolean {
  const least = parseVersion(version);
  if (least === undefined) {
    throw new PluginError(
      "invalid_option",
      `version must be a version such as "12.1", got ${describeValue(version)}`,
    );
  }
  const own = parseVersion(context.userAgent?.version ?? versionOfHost(env) ?? "");
  return own !== undefined && compareVersions(own, least) >= 0;
}

interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: readonly string[];
}

/** Also with fewer numbers; what follows them other than a prerelease is ignored, as in `12.1.0+security-01`. */
function parseVersion(text: string): Version | undefined {
  const match = /^(\d+)(?:\.(\d+)(?:\.(\d+)(?:-([0-9A-Za-z.-]+))?.*)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, major = "0", minor = "0", patch = "0", prerelease = ""] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease === "" ? [] : prerelease.split("."),
  };
}

/** Below 0, 0 or above 0 (Semantic Versioning, 11). */
function compareVersions(one: Version, other: Version): number {
  for (const [index, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (one.prerelease.length === 0 || other.prerelease.length === 0) {
    return other.prerelease.length - one.prerelease.length;
  }
  for (const [index, identifier] of one.prerelease.entries()) {
    const against = other.prerelease[index];
    if (against === undefined) return 1;
    const difference = compareIdentifiers(identifier, against);
    if (difference !== 0) return difference;
  }
  return one.prerelease.length - other.prerelease.length;
}

function compareIdentifiers(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return Number(one) - Number(other);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function versionOfHost(env: TextValues): string | undefined {
  const { PL_VERSION, GF_VERSION, GF_EDITION, PL_EDITION } = env;
  const { host } = readPluginEnvironment({ PL_VERSION, GF_VERSION, GF_EDITION, PL_EDITION });
  return host?.name === "grafana" ? host.version : undefined;
}
