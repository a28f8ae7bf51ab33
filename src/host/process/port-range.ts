import { PluginError } from "../../errors.ts";

/** Ports, both ends included. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Gives the option back when it is a range of ports.
 *
 * @throws PluginError `invalid_option`.
 */
export function portRangeOption(range: PortRange): PortRange {
  const { min, max } = range;
  const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65_535;
  if (!isPort(min) || !isPort(max) || min > max) {
    throw new PluginError(
      "invalid_option",
      `ports must be { min, max } with 1 <= min <= max <= 65535, got { min: ${min}, max: ${max} }`,
    );
  }
  return { min, max };
}
