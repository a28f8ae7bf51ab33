import { startPace } from "../../frames/pace.ts";
import { functionOption, invalidOption } from "../../option-checks.ts";
import { QueryError } from "../../v2/responses/query-error.ts";
import { wholeNumberOption } from "../../whole-number-option.ts";
import { readUntilAborted } from "./read-until-aborted.ts";

/** Options of `createSharedSource`. */
export interface SharedSourceOptions<T> {
  /** Starts the producer of a key. The signal is aborted when the last subscriber has left. */
  readonly start: (key: string, signal: AbortSignal) => AsyncIterable<T>;
  /** Values that wait for a subscriber. Default 64. */
  readonly maxBuffered?: number | undefined;
  /**
   * For a subscriber that does not read: `drop`, the default, drops its oldest value; `end` fails its iteration, so that
   * the host runs the stream again.
   */
  readonly onSlow?: "drop" | "end" | undefined;
}

/** One producer for all subscribers of a key. */
export interface SharedSource<T> {
  /** Keys whose producer runs. */
  readonly active: number;
  /**
   * The values that the producer of the key gives from the first read on. The first subscriber starts it. Leaving the
   * loop ends the subscription; the last one to leave ends the producer. When the producer ends or fails, all
   * subscriptions do, after the values that wait.
   *
   * @param signal ends the subscription, also while it waits for a value: that of the call. A generator that waits
   *   cannot be left in any other way.
   */
  subscribe(key: string, signal?: AbortSignal): AsyncIterable<T>;
}

interface Subscriber<T> {
  push(value: T): void;
  end(failure?: { readonly reason: unknown }): void;
}

interface Producer<T> {
  readonly subscribers: Set<Subscriber<T>>;
  readonly controller: AbortController;
}

/**
 * Shares one producer between the streams of a key, such as one connection to a market feed for all organisations that
 * watch a symbol. A value of its own: keep it in an instance.
 *
 * @throws PluginError `invalid_option`
 */
export function createSharedSource<T>(options: SharedSourceOptions<T>): SharedSource<T> {
  const start = functionOption<SharedSourceOptions<T>["start"]>("start", options.start);
  const maxBuffered = wholeNumberOption("maxBuffered", options.maxBuffered ?? 64);
  const onSlow = options.onSlow ?? "drop";
  if (onSlow !== "drop" && onSlow !== "end") throw invalidOption("onSlow", '"drop" or "end"', onSlow);
  const producers = new Map<string, Producer<T>>();

  const join = (key: string, subscriber: Subscriber<T>): Producer<T> => {
    const running = producers.get(key);
    running?.subscribers.add(subscriber);
    if (running !== undefined) return running;
    const producer: Producer<T> = { subscribers: new Set([subscriber]), controller: new AbortController() };
    producers.set(key, producer);
    void produce(key, producer);
    return producer;
  };

  const produce = async (key: string, producer: Producer<T>): Promise<void> => {
    const { subscribers, controller } = producer;
    let failure: { readonly reason: unknown } | undefined;
    // A producer that always has a value would never let the subscribers, nor anything else, have a turn.
    const pace = startPace();
    try {
      for await (const value of readUntilAborted(
        start(key, controller.signal),
        controller.signal,
        () => {},
      )) {
        for (const subscriber of subscribers) subscriber.push(value);
        if (pace.isOver()) await pace.nextSlice();
      }
    } catch (reason) {
      failure = { reason };
    }
    if (producers.get(key) === producer) producers.delete(key);
    for (const subscriber of subscribers) subscriber.end(failure);
  };

  const leave = (key: string, producer: Producer<T>, subscriber: Subscriber<T>): void => {
    producer.subscribers.delete(subscriber);
    if (producer.subscribers.size > 0) return;
    // A later subscriber starts another one: this one may take a while to end.
    if (producers.get(key) === producer) producers.delete(key);
    producer.controller.abort();
  };

  const subscribe = (key: string, signal?: AbortSignal): AsyncIterableIterator<T, undefined> => {
    const waiting: T[] = [];
    let producer: Producer<T> | undefined;
    /** The reader of a subscription reads one value at a time. */
    let reader:
      | { resolve(result: IteratorResult<T, undefined>): void; reject(reason: unknown): void }
      | undefined;
    let over: { readonly failure: { readonly reason: unknown } | undefined } | undefined;
    const finish = (failure?: { readonly reason: unknown }): void => {
      if (over !== undefined) return;
      over = { failure };
      signal?.removeEventListener("abort", onAbort);
      if (producer !== undefined) leave(key, producer, subscriber);
      const waitingReader = reader;
      reader = undefined;
      if (failure === undefined) waitingReader?.resolve({ done: true, value: undefined });
      else if (waitingReader !== undefined) {
        over = { failure: undefined };
        waitingReader.reject(failure.reason);
      }
    };
    const onAbort = (): void => {
      waiting.length = 0;
      finish();
    };
    const subscriber: Subscriber<T> = {
      push: (value) => {
        if (reader !== undefined) {
          const { resolve } = reader;
          reader = undefined;
          resolve({ done: false, value });
        } else if (waiting.length < maxBuffered) waiting.push(value);
        else if (onSlow === "drop") {
          waiting.shift();
          waiting.push(value);
        } else finish({ reason: tooSlow(key, maxBuffered) });
      },
      end: finish,
    };
    const next = (): Promise<IteratorResult<T, undefined>> => {
      if (waiting.length > 0) return Promise.resolve({ done: false, value: waiting.shift() as T });
      if (over?.failure !== undefined) {
        const { reason } = over.failure;
        over = { failure: undefined };
        return Promise.reject(reason);
      }
      if (over !== undefined) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        producer ??= join(key, subscriber);
      });
    };
    if (signal?.aborted === true) finish();
    else signal?.addEventListener("abort", onAbort);
    return {
      next,
      return: () => {
        onAbort();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };

  return {
    get active() {
      return producers.size;
    },
    subscribe,
  };
}

function tooSlow(key: string, maxBuffered: number): QueryError {
  return new QueryError(
    `the subscriber of ${JSON.stringify(key)} has not read the last ${maxBuffered} values: read faster, or raise maxBuffered`,
    { status: 503 },
  );
}
