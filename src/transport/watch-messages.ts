/** Callbacks for a watched stream of messages. */
interface MessageWatcher {
  readonly onMessage?: () => void;
  /** The stream has ended, or failed, or its reader has left. May be called more than once. */
  readonly onOver?: () => void;
  /** Returns the error that the reader gets. */
  readonly mapError?: (reason: unknown) => unknown;
}

/**
 * Passes on messages and calls the watcher. Not a generator, which would cost three promises per message, and a stream
 * may have a million messages.
 */
export function watchMessages<T>(messages: AsyncIterable<T>, watcher: MessageWatcher): AsyncIterable<T> {
  const { onMessage, onOver, mapError } = watcher;
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = messages[Symbol.asyncIterator]();
      const onResult = (result: IteratorResult<T>): IteratorResult<T> => {
        if (result.done === true) onOver?.();
        else onMessage?.();
        return result;
      };
      const onFailure = async (reason: unknown): Promise<never> => {
        onOver?.();
        throw mapError === undefined ? reason : await mapError(reason);
      };
      return {
        next: () => iterator.next().then(onResult, onFailure),
        return: async (value?: unknown) => {
          try {
            return (await iterator.return?.(value)) ?? { done: true, value };
          } finally {
            onOver?.();
          }
        },
        throw: async (reason: unknown) => {
          try {
            if (iterator.throw === undefined) throw reason;
            return await iterator.throw(reason);
          } finally {
            onOver?.();
          }
        },
      };
    },
  };
}
