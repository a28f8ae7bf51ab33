/**
 * An iterator over what `make` yields, which can be left at any time: `return` aborts the signal that `make` got, so that
 * it does not wait for the next value. Nothing begins before the first value is asked for.
 *
 * @param given aborts as well: the iterator rejects with its reason then
 */
export function leavable<T>(
  given: AbortSignal | undefined,
  make: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncIterableIterator<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (): void => controller.abort(given?.reason);
  const unlink = (): void => given?.removeEventListener("abort", abort);
  const values = make(signal);
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let hasBegun = false;
  let isLeft = false;
  const iterator: AsyncIterableIterator<T> = {
    next: async () => {
      if (isLeft) return end;
      if (!hasBegun) {
        hasBegun = true;
        if (given?.aborted === true) abort();
        else given?.addEventListener("abort", abort);
      }
      try {
        const next = await values.next();
        if (next.done !== true) return next;
        unlink();
        return end;
      } catch (error) {
        unlink();
        // The rejection is what leaving made of the wait.
        if (isLeft) return end;
        throw error;
      }
    },
    return: async () => {
      isLeft = true;
      unlink();
      controller.abort(new DOMException("the loop was left", "AbortError"));
      await values.return().catch(() => {});
      return end;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
