import type { HandlerContext } from "@connectrpc/connect";
import { isThenable } from "../handlers/is-thenable.ts";
import { functionOption } from "../option-checks.ts";
import type { CallSource, OpenCall } from "./call/call-source.ts";
import type { HandlerCall } from "./call/handler-call.ts";
import {
  type CallResource,
  type ResourceHandler,
  type ResourceResult,
  serveResources,
} from "./resources/serve-resources.ts";

/**
 * Serves a Fetch handler that receives the call with its instance, which stays alive until the last part of the answer
 * is sent and the handler has ended.
 *
 * @throws PluginError `invalid_option`
 */
export function resourcesOfInstances<Instance, Settings>(
  handler: ResourceHandler<HandlerCall<Instance, Settings>>,
  instances: CallSource<Instance, Settings>,
): CallResource {
  functionOption("resources", handler);
  const uses = new WeakMap<HandlerContext, ResourceUse>();
  const serve = serveResources<UsedCall<Instance, Settings>>(
    (request, { call, use }) => use.whileRunning(() => handler(request, call)),
    {
      env: (message, context) => {
        const use = uses.get(context) as ResourceUse;
        const begun = instances.begin(message, context);
        if (!isThenable(begun)) return use.begin(begun);
        return Promise.resolve(begun).then((call) => use.begin(call));
      },
    },
  );
  return (message, context) => {
    const use = new ResourceUse();
    uses.set(context, use);
    return use.whileRead(serve(message, context));
  };
}

interface UsedCall<Instance, Settings> {
  readonly call: HandlerCall<Instance, Settings>;
  readonly use: ResourceUse;
}

/** One resource call and its use of an instance: by the reader of the messages, and by the handler. */
class ResourceUse {
  #uses = 1;
  #call: { end(): void } | undefined;

  begin<Instance, Settings>(call: OpenCall<Instance, Settings>): UsedCall<Instance, Settings> {
    this.#call = call;
    if (this.#uses === 0) {
      call.end();
      // Nobody reads this: the messages are over.
      throw new Error("the host has left the call");
    }
    return { call, use: this };
  }

  whileRunning(
    run: () => ResourceResult | Promise<ResourceResult>,
  ): ResourceResult | Promise<ResourceResult> {
    const answer = run();
    if (!isThenable(answer)) return answer;
    this.#uses++;
    return Promise.resolve(answer).finally(() => this.#leave());
  }

  whileRead<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
    const iterator = messages[Symbol.asyncIterator]();
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      this.#leave();
    };
    const onResult = (result: IteratorResult<T>): IteratorResult<T> => {
      if (result.done === true) end();
      return result;
    };
    const onError = (reason: unknown): never => {
      end();
      throw reason;
    };
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => iterator.next().then(onResult, onError),
        return: async () => {
          end();
          return (await iterator.return?.()) ?? { done: true, value: undefined };
        },
      }),
    };
  }

  #leave(): void {
    this.#uses--;
    if (this.#uses === 0) this.#call?.end();
  }
}
