import { Code } from "@connectrpc/connect";
import { rpcError } from "../../rpc-error.ts";

/** An iterable for one reader, with sequential calls of `next`. */
function iterableOf<T>(
  next: () => Promise<IteratorResult<T, undefined>>,
  leave: () => Promise<unknown> | undefined,
): AsyncIterable<T> {
  const iterator: AsyncIterator<T, undefined> = {
    next,
    return: async () => {
      await leave();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** The values of an iterable that a promise resolves with. */
export function deferredIterable<T>(coming: Promise<AsyncIterable<T>>): AsyncIterable<T> {
  let iterator: AsyncIterator<T> | undefined;
  const begin = coming.then((iterable) => {
    iterator = iterable[Symbol.asyncIterator]();
    return iterator;
  });
  // Without a reader the failure must not become an unhandled rejection.
  begin.catch(() => {});
  return iterableOf(
    () => (iterator === undefined ? begin.then((begun) => begun.next()) : iterator.next()),
    () => (iterator === undefined ? begin.then((begun) => begun.return?.()) : iterator.return?.()),
  );
}

/** Maps the values of an iterable; `onEnd` is called at its regular end. */
export function mapIterable<T, U>(
  iterable: AsyncIterable<T>,
  map: (value: T) => U,
  onEnd?: () => void,
): AsyncIterable<U> {
  const iterator = iterable[Symbol.asyncIterator]();
  return iterableOf(
    async () => {
      const { done, value } = await iterator.next();
      if (!done) return { done: false, value: map(value) };
      onEnd?.();
      return { done: true, value: undefined };
    },
    () => iterator.return?.(),
  );
}

/** An iterable of one value, or of the value of a promise. */
export function iterableOfOne<T>(value: T | Promise<T>): AsyncIterable<T> {
  let isTaken = false;
  return iterableOf(
    async () => {
      if (isTaken) return { done: true, value: undefined };
      isTaken = true;
      return { done: false, value: await value };
    },
    () => undefined,
  );
}

/** The only value of an iterable. */
export async function onlyOne<T>(iterable: AsyncIterable<T>, method: string): Promise<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw rpcError(`${method} has no message, expected one`, Code.Unimplemented);
  const second = await iterator.next();
  if (!second.done) throw rpcError(`${method} has more than one message`, Code.Unimplemented);
  return first.value;
}

/**
 * @throws ConnectError INTERNAL for a value that is not an iterable.
 */
export function asIterable(value: unknown): AsyncIterable<unknown> {
  if (typeof value === "object" && value !== null && Symbol.asyncIterator in value) {
    return value as AsyncIterable<unknown>;
  }
  throw rpcError("expected an async iterable of messages", Code.Internal);
}
