import { isPromise } from "node:util/types";
import type { ReceivedMessage } from "./received-message.ts";

/** A queue of received messages for one reader, in order. */
export interface MessageQueue<T> extends AsyncIterable<T> {
  /** Bytes of messages that wait to be read, plus the cost of an object for each: empty ones take memory too. */
  readonly heldBytes: number;
  push(message: ReceivedMessage): void;
  /** No more messages: the reader ends after those that wait. */
  end(): void;
  /** The reader gets the error after the messages that wait. */
  fail(error: unknown): void;
}

/** Callbacks of a queue to its producer. */
interface QueueListener {
  /** Called when a message is taken, before it is opened. */
  onTaken(): void;
  /** Throws the error that the reader gets instead of messages. */
  beforeTake?(): void;
  /** Called when the reader has left: later messages are not read. */
  onLeft(): void;
}

/** Approximate memory of a waiting message in addition to its bytes. */
const objectBytes = 64;
/**
 * How many messages that wait are read in one turn of the event loop. Reading them needs nothing but microtasks, and
 * 60,000 small ones, which fill a stream's backlog, would keep everything else waiting.
 */
const turnMessages = 512;

/**
 * A queue for one reader. Messages are decompressed and decoded when they are taken; if `open` throws or rejects, the
 * reader gets that error.
 */
export function createMessageQueue<T>(
  open: (message: ReceivedMessage) => T | Promise<T>,
  listener: QueueListener,
): MessageQueue<T> {
  let waiting: ReceivedMessage[] = [];
  /** The first that was not taken. */
  let first = 0;
  let heldBytes = 0;
  let isOver = false;
  let error: unknown;
  let hasFailed = false;
  let wake: (() => void) | undefined;
  let takenInTurn = 0;
  /** Whether a call of `next` has not ended, and the later ones, which wait for their turn. */
  let isTaking = false;
  const inLine: (() => void)[] = [];

  const take = (message: ReceivedMessage): T | Promise<T> => {
    first++;
    if (first === waiting.length) {
      waiting = [];
      first = 0;
    }
    heldBytes -= message.length + objectBytes;
    listener.onTaken();
    return open(message);
  };
  // As of an async generator: calls that are made before the last one has ended get their messages in order.
  const next = async (): Promise<IteratorResult<T, undefined>> => {
    if (isTaking) await new Promise<void>((resolve) => inLine.push(resolve));
    isTaking = true;
    try {
      for (;;) {
        listener.beforeTake?.();
        const message = waiting[first];
        if (message !== undefined && takenInTurn === turnMessages) {
          await new Promise<void>((resolve) => setImmediate(resolve));
          takenInTurn = 0;
          continue;
        }
        if (message !== undefined) {
          takenInTurn++;
          const opened = take(message);
          return { done: false, value: isPromise(opened) ? await opened : opened };
        }
        if (hasFailed) throw error;
        if (isOver) return { done: true, value: undefined };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        takenInTurn = 0;
      }
    } finally {
      const following = inLine.shift();
      if (following === undefined) isTaking = false;
      else following();
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
