/**
 * Maps each message with `map`. If `map` or `onEnd` throws, the source is closed, so that a generator runs its
 * `finally`. Not a generator itself: that would cost three promises per message.
 */
export function mapMessages(
  messages: AsyncIterable<unknown>,
  map: (message: unknown) => unknown,
  onEnd: () => void = () => {},
): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = messages[Symbol.asyncIterator]();
      const leave = async (reason: unknown): Promise<never> => {
        await iterator.return?.();
        throw reason;
      };
      const onResult = (result: IteratorResult<unknown>): IteratorResult<unknown> | Promise<never> => {
        try {
          if (result.done !== true) return { done: false, value: map(result.value) };
          onEnd();
          return result;
        } catch (reason) {
          return leave(reason);
        }
      };
      return {
        next: () => iterator.next().then(onResult),
        return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
      };
    },
  };
}
