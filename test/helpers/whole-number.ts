/**
 * The whole number that was given for an option of a program, such as `--seed 1`.
 *
 * @throws Error that names the option and says what it was given.
 */
export function wholeNumber(option: string, text: string, least: number = 0): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${option} must be a whole number of at least ${least}, got "${text}"`);
}
