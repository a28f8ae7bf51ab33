import type { DescMethod } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { nowMs } from "../../clock.ts";
import { isThenable } from "../../handlers/is-thenable.ts";
import { requestFields } from "../../plugin/request-fields.ts";
import type { Endpoint } from "../context/request-context.ts";
import { requestStatusOfThrown } from "../errors/request-status-of.ts";
import type { CallObserver, ObservedCall } from "./call-observer.ts";
import {
  type CallOutcome,
  type ClassifySource,
  failureOf,
  type QueryFailure,
  type QueryPart,
  sourceOfFailures,
  statusOfFailures,
} from "./call-outcome.ts";

/** The parts of a call's context that observers use: of a handler's context, or of an interceptor's request. */
export type ObservedContext = Pick<HandlerContext, "requestHeader" | "signal" | "values">;

/** Observers with what they need to read outcomes. */
export interface Observers {
  readonly list: readonly CallObserver[];
  readonly sourceOf: ClassifySource;
}

const noFailures: readonly QueryFailure[] = [];

/**
 * One call and its observers, from before the handler to its end. No method but those that run the handler throws. A
 * class because there is one for each call.
 */
export class Observation implements ObservedCall {
  readonly endpoint: Endpoint;
  readonly method: DescMethod;
  readonly #observers: Observers;
  readonly #request: unknown;
  readonly #source: ObservedContext;
  readonly #states: unknown[] = [];
  readonly #beganAt: number = nowMs();
  #failures: QueryFailure[] | undefined;
  #messages = 0;
  #hasEnded = false;

  constructor(
    endpoint: Endpoint,
    method: DescMethod,
    request: unknown,
    source: ObservedContext,
    observers: Observers,
  ) {
    this.endpoint = endpoint;
    this.method = method;
    this.#request = request;
    this.#source = source;
    this.#observers = observers;
    for (const observer of observers.list) this.#states.push(this.#begin(observer));
  }

  get pluginContext(): PluginContext | undefined {
    return (this.#request as { readonly pluginContext?: PluginContext | undefined } | undefined)
      ?.pluginContext;
  }

  get context(): ObservedContext {
    return this.#source;
  }

  metadata(name: string): readonly string[] {
    return requestFields(this.#source, name);
  }

  /** Runs a handler that answers with one message. */
  answerOnce(handle: () => unknown): unknown {
    const answer = this.#start(handle);
    if (!isThenable(answer)) {
      this.#succeed(answer);
      return answer;
    }
    return Promise.resolve(answer).then(
      (message) => {
        this.#succeed(message);
        return message;
      },
      (reason: unknown) => {
        this.#fail(reason);
        throw reason;
      },
    );
  }

  /** Runs a handler that answers with a stream. */
  answerStream(handle: () => unknown): unknown {
    const answer = this.#start(handle);
    if (!isAsyncIterable(answer)) {
      // What checks the answer fails the call.
      this.#fail(new TypeError(`${this.endpoint}: expected an async iterable of messages`));
      return answer;
    }
    return this.#watch(answer);
  }

  /** The same for an interceptor, which gets the stream later. */
  async answerStreamLater(handle: () => Promise<unknown>): Promise<AsyncIterable<unknown>> {
    try {
      return this.#watch((await this.#run(handle)) as AsyncIterable<unknown>);
    } catch (reason) {
      this.#fail(reason);
      throw reason;
    }
  }

  /** The same messages, whose end is the end of the call. */
  #watch(messages: AsyncIterable<unknown>): AsyncIterable<unknown> {
    return { [Symbol.asyncIterator]: () => this.#iterate(messages[Symbol.asyncIterator]()) };
  }

  #iterate(iterator: AsyncIterator<unknown>): AsyncIterator<unknown> {
    const onResult = (result: IteratorResult<unknown>): IteratorResult<unknown> => {
      if (result.done === true) this.#end(undefined);
      else {
        this.#messages++;
        if (this.endpoint === "queryChunkedData") this.#readChunk(result.value);
      }
      return result;
    };
    const onReason = (reason: unknown): never => {
      this.#fail(reason);
      throw reason;
    };
    const next = (): unknown => iterator.next();
    return {
      next: () => {
        try {
          return Promise.resolve(this.#run(next) as Promise<IteratorResult<unknown>>).then(
            onResult,
            onReason,
          );
        } catch (reason) {
          return Promise.reject(reason).catch(onReason);
        }
      },
      return: async (value?: unknown) => {
        try {
          const result = await (this.#run(() => iterator.return?.(value)) as
            | Promise<IteratorResult<unknown>>
            | undefined);
          return result ?? { done: true, value };
        } finally {
          // The call has ended before its handler: the host has left, or the deadline is over.
          this.#end(this.#abortReason());
        }
      },
    };
  }

  /** Calls a handler; one that throws at once has ended with that. */
  #start(handle: () => unknown): unknown {
    try {
      return this.#run(handle);
    } catch (reason) {
      this.#fail(reason);
      throw reason;
    }
  }

  #run(handle: () => unknown): unknown {
    const { list } = this.#observers;
    let run = handle;
    for (let index = list.length - 1; index >= 0; index--) {
      const observer = list[index];
      if (observer?.runIn === undefined || this.#states[index] === undefined) continue;
      const inner = run;
      run = () => runInside(observer, this.#states[index], inner);
    }
    return run();
  }

  /** Without the closures of `attempt`, for each of them costs every call something. */
  #begin(observer: CallObserver): unknown {
    try {
      return observer.onBegin?.(this);
    } catch {
      // An observer must not fail the call.
      return undefined;
    }
  }

  #readChunk(chunk: unknown): void {
    const failure = attempt(() =>
      failureOf(
        String((chunk as { readonly refId?: string } | undefined)?.refId ?? ""),
        chunk as QueryPart | undefined,
        this.#observers.sourceOf,
      ),
    );
    if (failure !== undefined) this.#addFailure(failure);
  }

  #addFailure(failure: QueryFailure): void {
    this.#failures ??= [];
    this.#failures.push(failure);
  }

  #succeed(answer: unknown): void {
    this.#messages = 1;
    if (this.endpoint === "queryData") this.#readResponses(answer);
    this.#end(undefined);
  }

  #readResponses(answer: unknown): void {
    try {
      const { responses } = answer as { readonly responses?: Readonly<Record<string, QueryPart>> };
      for (const refId in responses) {
        const failure = failureOf(refId, responses[refId], this.#observers.sourceOf);
        if (failure !== undefined) this.#addFailure(failure);
      }
    } catch {
      // What sends the answer reports it.
    }
  }

  /** An exception after the call was cancelled is its consequence. */
  #fail(reason: unknown): void {
    this.#end(this.#abortReason() ?? reason ?? new Error(String(reason)));
  }

  #abortReason(): unknown {
    return attempt(() => {
      const { signal } = this.#source;
      return signal.aborted ? signal.reason : undefined;
    });
  }

  #end(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { list, sourceOf } = this.#observers;
    const failures = this.#failures ?? noFailures;
    const outcome: CallOutcome = {
      status: error === undefined ? statusOfFailures(failures) : requestStatusOfThrown(error),
      source: error === undefined ? sourceOfFailures(failures) : (attempt(() => sourceOf(error)) ?? "plugin"),
      error,
      failures,
      messages: this.#messages,
      durationMs: nowMs() - this.#beganAt,
    };
    for (let index = list.length - 1; index >= 0; index--) {
      try {
        list[index]?.onEnd(this, outcome, this.#states[index]);
      } catch {
        // As in #begin.
      }
    }
  }
}

/** Runs a handler once and with its own result, whatever `runIn` does: throws, returns something else, never runs it. */
function runInside(observer: CallObserver, state: unknown, handle: () => unknown): unknown {
  let outcome: { readonly value: unknown } | { readonly reason: unknown } | undefined;
  const run = (): void => {
    if (outcome !== undefined) return;
    try {
      outcome = { value: handle() };
    } catch (reason) {
      outcome = { reason };
    }
  };
  attempt(() => {
    observer.runIn?.(state, () => {
      run();
      return resultOf(outcome);
    });
  });
  run();
  return resultOf(outcome);
}

function resultOf(outcome: { readonly value: unknown } | { readonly reason: unknown } | undefined): unknown {
  if (outcome === undefined) return undefined;
  if ("reason" in outcome) throw outcome.reason;
  return outcome.value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** An observer must not fail the call. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
