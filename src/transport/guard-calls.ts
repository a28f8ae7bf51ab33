import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type Interceptor,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import { type CallGuard, endGuards, type GuardedCall, thrown } from "./call-guard.ts";
import { toConnectError } from "./thrown.ts";
import { withMessages } from "./with-messages.ts";

const guardKey: unique symbol = Symbol("guard");

/** Makes an ordinary interceptor of a guard. A transport that knows guards takes the guard itself, by {@link guardOf}. */
export function guardCalls(guard: CallGuard): Interceptor {
  const interceptor: Interceptor = (next) => async (request) => {
    const call = new InterceptedCall(guard, request);
    guard.onBegin(call);
    const response = await call.settle(
      (async () => next(request))(),
      ({ stream }) => !stream,
      () => {},
    );
    guard.onReceived?.(call);
    return response.stream ? withMessages(response, call.watch(response.message)) : response;
  };
  return Object.defineProperty(interceptor, guardKey, { value: guard });
}

/** The guard that the interceptor was made of. */
export function guardOf(
  interceptor: Interceptor & { readonly [guardKey]?: CallGuard },
): CallGuard | undefined {
  return interceptor[guardKey];
}

class InterceptedCall implements GuardedCall {
  readonly #guard: CallGuard;
  readonly #request: UnaryRequest | StreamRequest;
  #hasEnded = false;
  /** Resolves with what a cancelled call fails with. */
  #cancelled: Promise<unknown> | undefined;
  /** One for each step that is under way. */
  readonly #cuts = new Set<(reason: unknown) => void>();

  constructor(guard: CallGuard, request: UnaryRequest | StreamRequest) {
    this.#guard = guard;
    this.#request = request;
  }

  get method(): DescMethod {
    return this.#request.method;
  }

  get abortReason(): unknown {
    const { signal } = this.#request;
    return signal.aborted ? signal.reason : undefined;
  }

  /** For who waits outside. What goes on inside is out of an interceptor's reach. */
  cancel(error: ConnectError): void {
    if (this.#hasEnded || this.#cancelled !== undefined) return;
    const cancelled = Promise.resolve(this.#guard.side === "caller" ? this.#end(error) : error);
    this.#cancelled = cancelled;
    for (const cut of this.#cuts) void cancelled.then(cut);
  }

  /**
   * Settles as the step does, or when the call is cancelled. Each step by itself: racing all of them against one promise
   * would keep something of each as long as that lives.
   *
   * @param isLast says of what the step gave that nothing comes after it
   */
  settle<T>(step: Promise<T>, isLast: (value: T) => boolean, onCut: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cut = (reason: unknown): void => {
        if (!this.#cuts.delete(cut)) return;
        reject(reason);
        onCut();
      };
      this.#cuts.add(cut);
      // A message that is here comes before.
      if (this.#cancelled !== undefined) setImmediate(() => this.#cancelled?.then(cut));
      step.then(
        (value) => {
          this.#cuts.delete(cut);
          if (isLast(value)) this.#end(undefined);
          resolve(value);
        },
        (reason: unknown) => {
          this.#cuts.delete(cut);
          const given = this.#end(thrown(reason));
          if (isPromise(given)) given.then(reject, reject);
          else reject(given);
        },
      );
    });
  }

  /** The same messages, until the call is cancelled. */
  watch<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
    const isCaller = this.#guard.side === "caller";
    if (isCaller) this.#endWhenAborted();
    const isLast = ({ done }: IteratorResult<T>): boolean => {
      if (done !== true) this.#guard.onReceived?.(this);
      return done === true;
    };
    const onLeft = (): void => {
      this.#end(isCaller ? new ConnectError("the caller has left the answer", Code.Canceled) : undefined);
    };
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = messages[Symbol.asyncIterator]();
        const leave = async (value?: unknown): Promise<IteratorResult<T>> => {
          try {
            return (await iterator.return?.(value)) ?? { done: true, value };
          } finally {
            onLeft();
          }
        };
        // What it throws then concerns nobody.
        const onCut = (): void => void leave().catch(() => {});
        return {
          // What an iterable of an interceptor's own gives need not be a promise, and it may throw.
          next: () => this.settle((async () => iterator.next())(), isLast, onCut),
          return: leave,
          throw: async (reason: unknown) => {
            try {
              if (iterator.throw === undefined) throw reason;
              return await iterator.throw(reason);
            } finally {
              onLeft();
            }
          },
        };
      },
    };
  }

  /** Whoever cancels a stream reads it no further, so that its end shows nowhere else. */
  #endWhenAborted(): void {
    const { signal } = this.#request;
    const onAbort = (): void => void this.#end(toConnectError(signal.reason, Code.Canceled));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  }

  /** Gives the error that goes on. */
  #end(error: unknown): unknown {
    if (this.#hasEnded) return error;
    this.#hasEnded = true;
    return endGuards([this.#guard], 1, this, error);
  }
}
