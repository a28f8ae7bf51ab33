/** @throws Error when one is missing or is not a number, as when no call was made. */
export function checkFigures(figures: Readonly<Record<string, number>>, keys: readonly string[]): void {
  const missing = keys.find((key) => !Number.isFinite(figures[key]));
  if (missing === undefined) return;
  throw new Error(`expected a number for "${missing}", got ${JSON.stringify(figures)}`);
}
