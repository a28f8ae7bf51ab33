/**
 * @throws RangeError for anything but a whole number from 1 on, or `Infinity`
 */
export function checkConcurrency(caller: string, concurrency: number): number {
  if (concurrency === Number.POSITIVE_INFINITY || (Number.isInteger(concurrency) && concurrency >= 1)) {
    return concurrency;
  }
  throw new RangeError(`${caller}: expected a whole number from 1 on as concurrency, got ${concurrency}`);
}
