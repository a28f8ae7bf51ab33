/** An iterator and what its `next` gave. */
interface Arrival<T> {
  readonly source: AsyncGenerator<T>;
  readonly result?: IteratorResult<T>;
  readonly reason?: unknown;
}

/**
 * The items of the iterables that `begin` makes, `concurrency` of them at a time, each item when it is there. The next
 * item of an iterable is asked for when the last one was taken. If one of them throws, the others are ended and this
 * throws; it waits until they have ended.
 */
export async function* mergeInOrderOfArrival<I, T>(
  inputs: readonly I[],
  begin: (input: I) => AsyncGenerator<T>,
  concurrency: number,
): AsyncGenerator<T> {
  const running = new Set<AsyncGenerator<T>>();
  const arrived: Arrival<T>[] = [];
  let wake: () => void = () => {};
  // Not by Promise.race, which would add a callback to a slow iterable for each item of the others.
  const pull = (source: AsyncGenerator<T>): void => {
    const arrive = (arrival: Arrival<T>): void => {
      arrived.push(arrival);
      wake();
    };
    source.next().then(
      (result) => arrive({ source, result }),
      (reason: unknown) => arrive({ source, reason }),
    );
  };
  let begun = 0;
  try {
    for (;;) {
      while (running.size < concurrency && begun < inputs.length) {
        const source = begin(inputs[begun++] as I);
        running.add(source);
        pull(source);
      }
      if (running.size === 0) return;
      const arrival = arrived.shift();
      if (arrival === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const { source, result } = arrival;
      if (result === undefined) throw arrival.reason;
      if (result.done === true) running.delete(source);
      else {
        yield result.value;
        pull(source);
      }
    }
  } finally {
    await Promise.allSettled([...running].map((source) => source.return(undefined)));
  }
}
