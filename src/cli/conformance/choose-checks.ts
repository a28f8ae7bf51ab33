import { usageError } from "../usage-error.ts";
import type { Check } from "./check.ts";

/**
 * The checks that `--only` names, by their names or groups; all without names.
 *
 * @throws the error of {@link usageError} for a name that no check and no group has
 */
export function chooseChecks<C extends Pick<Check, "name">>(
  checks: readonly C[],
  only: readonly string[],
  option = "--only",
): readonly C[] {
  const groups = new Set(checks.map(({ name }) => groupOf(name)));
  const unknown = only.filter((name) => !groups.has(name) && !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    throw usageError(
      `${option}: expected names of checks or groups, got "${unknown.join('", "')}"; --list prints them, groups are ${[...groups].join(", ")}`,
    );
  }
  if (only.length === 0) return checks;
  return checks.filter(({ name }) => only.includes(name) || only.includes(groupOf(name)));
}

/** `handshake` of `handshake.first-line`. */
export function groupOf(name: string): string {
  return name.slice(0, name.indexOf("."));
}
