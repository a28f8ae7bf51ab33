import { invalidOption } from "./option-checks.ts";

/** The largest value of an option: a signed 32-bit integer, which Node's timers and Go's limits have in common. */
export const maxInt32: number = 2 ** 31 - 1;

/**
 * Checks that an option is a whole number from `least` (default 1) to {@link maxInt32} and returns it.
 *
 * @throws PluginError `invalid_option` naming the option and what was given.
 */
export function wholeNumberOption(name: string, value: number, least: number = 1): number {
  if (!Number.isInteger(value) || value < least || value > maxInt32) {
    throw invalidOption(name, `a whole number from ${least} to ${maxInt32}`, value);
  }
  return value;
}
