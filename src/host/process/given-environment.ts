import { hostEnvironmentNames, unixSocketDirName } from "../../go-plugin/handshake/environment.ts";
import type { ResolvedLaunchOptions } from "../launch-options.ts";

/**
 * The variables that a plugin gets besides go-plugin's own: what it inherits, then the caller's.
 *
 * A host may itself be a plugin. go-plugin variables from its own host are not passed on to its plugins, except the
 * directory for sockets, which an administrator sets for all.
 */
export function givenEnvironment(
  options: Pick<ResolvedLaunchOptions, "env" | "inheritEnv">,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && isInherited(name, options.inheritEnv)) given[name] = value;
  }
  return { ...given, ...options.env };
}

function isInherited(name: string, which: boolean | readonly string[]): boolean {
  if (name !== unixSocketDirName && hostEnvironmentNames.includes(name)) return false;
  return typeof which === "boolean" ? which : which.includes(name);
}
