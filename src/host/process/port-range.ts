import { PluginError } from "../../errors.ts";
import { describeValue, objectOption } from "../../option-checks.ts";

/** Ports, both ends included. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Checks a range of ports and returns it.
 *
 * @throws PluginError `invalid_option`.
 */
export function portRangeOption(range: PortRange): PortRange {
  const { min, max } = objectOption("ports", range, "an object { min, max }");
  const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65_535;
  if (!isPort(min) || !isPort(max) || min > max) {
    throw new PluginError(
      "invalid_option",
      `ports must be { min, max } with 1 <= min <= max <= 65535, got { min: ${describeValue(min)}, max: ${describeValue(max)} }`,
    );
  }
  return { min, max };
}
