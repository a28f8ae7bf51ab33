/**
 * The items of an iterable until the signal is aborted, with whose reason it throws then: also while the iterable waits
 * for something that does not end with the signal. Then the iterable is ended, as by leaving a loop.
 *
 * @param onEnded is called when the iterable has ended, which may be later
 */
export async function* readUntilAborted<T>(
  items: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal,
  onEnded: () => void,
): AsyncGenerator<T> {
  let rejectNext: (reason: unknown) => void = () => {};
  const onAbort = (): void => rejectNext(signal.reason);
  let iterator: AsyncIterator<T> | Iterator<T> | undefined;
  let isDone = false;
  // Not by Promise.race, which would add a callback to the promise of the signal for each item.
  const next = (from: AsyncIterator<T> | Iterator<T>): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      rejectNext = reject;
      Promise.resolve(from.next()).then(resolve, (reason: unknown) => {
        isDone = true;
        reject(reason);
      });
    });
  try {
    signal.throwIfAborted();
    signal.addEventListener("abort", onAbort);
    iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    for (;;) {
      const result = await next(iterator);
      if (result.done === true) {
        isDone = true;
        return;
      }
      yield result.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    if (isDone || iterator === undefined) onEnded();
    else void end(iterator).then(onEnded);
  }
}

/** What its clean-up throws has no receiver any more. */
async function end(iterator: AsyncIterator<unknown> | Iterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // The call is over.
  }
}
