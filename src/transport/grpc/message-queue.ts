/** A queue of received messages for one reader, in order. */
export interface MessageQueue<T> extends AsyncIterable<T> {
  /** Bytes of messages that wait to be read, plus the cost of an object for each: empty ones take memory too. */
  readonly heldBytes: number;
  push(message: Uint8Array): void;
  /** No more messages: the reader ends after those that wait. */
  end(): void;
  /** The reader gets the error after the messages that wait. */
  fail(error: unknown): void;
}

/** Callbacks of a queue to its producer. */
export interface QueueListener {
  /** Called when a message was taken. */
  onTaken(): void;
  /** Throws the error that the reader gets instead of messages. */
  beforeTake?(): void;
  /** Called when the reader has left: later messages are not read. */
  onLeft(): void;
}

/** Approximate memory of a waiting message in addition to its bytes. */
const objectBytes = 64;

/** A queue for one reader. Messages are decoded when they are taken; if `decode` throws, the reader gets that error. */
export function createMessageQueue<T>(
  decode: (message: Uint8Array) => T,
  listener: QueueListener,
): MessageQueue<T> {
  let waiting: Uint8Array[] = [];
  /** The first that was not taken. */
  let first = 0;
  let heldBytes = 0;
  let isOver = false;
  let error: unknown;
  let hasFailed = false;
  let wake: (() => void) | undefined;

  const take = (message: Uint8Array): IteratorResult<T, undefined> => {
    first++;
    if (first === waiting.length) {
      waiting = [];
      first = 0;
    }
    heldBytes -= message.length + objectBytes;
    const value = decode(message);
    listener.onTaken();
    return { done: false, value };
  };
  /** The next result, or `undefined` if the reader has to wait. */
  const tryTake = (): IteratorResult<T, undefined> | undefined => {
    listener.beforeTake?.();
    const message = waiting[first];
    if (message !== undefined) return take(message);
    if (hasFailed) throw error;
    return isOver ? { done: true, value: undefined } : undefined;
  };
  const next = async (): Promise<IteratorResult<T, undefined>> => {
    for (;;) {
      const result = tryTake();
      if (result !== undefined) return result;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const settle = (): void => {
    const resume = wake;
    wake = undefined;
    resume?.();
  };
  const iterator: AsyncIterator<T, undefined> = {
    next,
    return: async () => {
      if (!isOver) listener.onLeft();
      isOver = true;
      hasFailed = false;
      waiting = [];
      first = 0;
      heldBytes = 0;
      settle();
      return { done: true, value: undefined };
    },
  };

  return {
    [Symbol.asyncIterator]: () => iterator,
    get heldBytes() {
      return heldBytes;
    },
    push: (message) => {
      if (isOver) return;
      waiting.push(message);
      heldBytes += message.length + objectBytes;
      settle();
    },
    end: () => {
      isOver = true;
      settle();
    },
    fail: (reason) => {
      if (isOver) return;
      isOver = true;
      hasFailed = true;
      error = reason;
      settle();
    },
  };
}
