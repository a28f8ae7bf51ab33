import { isPromise } from "node:util/types";
import type { DescMethod } from "@bufbuild/protobuf";
import {
  Code,
  type ConnectError,
  type Interceptor,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import { rpcError } from "../rpc-error.ts";
import { type CallGuard, endGuards, type GuardedCall, guardsFor, thrown } from "./call-guard.ts";
import { toConnectError } from "./thrown.ts";
import { withMessages } from "./with-messages.ts";

/** Makes an interceptor from a guard, for transports that have interceptors only. */
export function guardInterceptor(guard: CallGuard): Interceptor {
  return (next) => async (request) => {
    if (guardsFor(request.method, [guard]).length === 0) return next(request);
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
}

class InterceptedCall implements GuardedCall {
  readonly #guard: CallGuard;
  readonly #request: UnaryRequest | StreamRequest;
  #hasEnded = false;
  /** Resolves with the error of a cancelled call. */
  #cancelled: Promise<unknown> | undefined;
  /** One reject function for each pending step. */
  readonly #cuts = new Set<(reason: unknown) => void>();
  /** Resolves when the latest step has settled and its error, if any, was reported. */
  #lastStep: Promise<void> | undefined;

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

  /** Rejects the caller's promise. An interceptor cannot stop the call underneath. */
  cancel(error: ConnectError): void {
    if (this.#hasEnded || this.#cancelled !== undefined) return;
    const cancelled = Promise.resolve(this.#guard.side === "caller" ? this.#end(error) : error);
    this.#cancelled = cancelled;
    for (const cut of this.#cuts) void cancelled.then(cut);
  }

  /**
   * Settles like the step, or when the call is cancelled. Not a race of all steps against one promise, which would keep
   * a reference to each step as long as that promise lives.
   *
   * @param isLast whether the result of the step is the last one
   */
  settle<T>(step: Promise<T>, isLast: (value: T) => boolean, onCut: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cut = (reason: unknown): void => {
        if (!this.#cuts.delete(cut)) return;
        reject(reason);
        onCut();
      };
      this.#cuts.add(cut);
      // A message that has arrived is delivered before the error.
      if (this.#cancelled !== undefined) setImmediate(() => this.#cancelled?.then(cut));
      this.#lastStep = step.then(
        (value) => {
          this.#cuts.delete(cut);
          if (isLast(value)) this.#end(undefined);
          resolve(value);
        },
        (reason: unknown) => {
          this.#cuts.delete(cut);
          const given = this.#end(thrown(reason));
          return isPromise(given) ? given.then(reject, reject) : reject(given);
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
    const onLeft = async (): Promise<void> => {
      if (isCaller) this.#end(rpcError("the caller has left the answer", Code.Canceled));
      else {
        // The error of a handler comes by `next`, and takes more turns than `return`, which would report success.
        await this.#lastStep;
        this.#end(undefined);
      }
    };
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = messages[Symbol.asyncIterator]();
        const leave = async (value?: unknown): Promise<IteratorResult<T>> => {
          try {
            return (await iterator.return?.(value)) ?? { done: true, value };
          } finally {
            await onLeft();
          }
        };
        // The call is already over; there is no one left to report a clean-up error to.
        const onCut = (): void => void leave().catch(() => {});
        return {
          // `return` of an interceptor's own iterable may throw, or return something that is not a promise.
          next: () => this.settle((async () => iterator.next())(), isLast, onCut),
          return: leave,
          throw: async (reason: unknown) => {
            try {
              if (iterator.throw === undefined) throw reason;
              return await iterator.throw(reason);
            } finally {
              await onLeft();
            }
          },
        };
      },
    };
  }

  /** A caller that cancels stops reading, so the abort signal is the only place where the end is visible. */
  #endWhenAborted(): void {
    const { signal } = this.#request;
    const onAbort = (): void => void this.#end(toConnectError(signal.reason, Code.Canceled));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  }

  /** Calls `onEnd` and returns the error to report. */
  #end(error: unknown): unknown {
    if (this.#hasEnded) return error;
    this.#hasEnded = true;
    return endGuards([this.#guard], 1, this, error);
  }
}
