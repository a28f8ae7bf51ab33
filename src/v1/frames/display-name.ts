import { compareText } from "../../frames/compare-text.ts";
import type { AnyField } from "../../frames/field.ts";

/**
 * The name of a field in v1 hosts: the display name of its config, else its own, followed by its labels as in `cpu
 * {dc=eu, host=a}`.
 *
 * @see plutono pkg/services/alerting/conditions/query.go, FrameToSeriesSlice
 */
export function displayName({ name, labels, config }: AnyField): string {
  const chosen = config?.displayName || config?.displayNameFromDS;
  if (chosen) return chosen;
  const names = Object.keys(labels ?? {}).sort(compareText);
  if (names.length === 0) return name;
  return `${name} {${names.map((key) => `${key}=${labels?.[key]}`).join(", ")}}`;
}
