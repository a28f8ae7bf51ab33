import { isThenable } from "../handlers/is-thenable.ts";
import { functionOption } from "../option-checks.ts";
import type { CallSource, OpenCall } from "./call/call-source.ts";
import type { HandlerCall } from "./call/handler-call.ts";
import { createRequestMaker } from "./resources/request-maker.ts";
import { ResourceMessages } from "./resources/resource-messages.ts";
import type { CallResource, ResourceHandler, ResourceResult } from "./resources/serve-resources.ts";

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
  const toRequest = createRequestMaker(false);
  return (message, context) => {
    const use = new ResourceUse();
    const run = (call: OpenCall<Instance, Settings>): unknown => {
      use.begin(call);
      return use.whileRunning(handler(toRequest(message, context), call));
    };
    const start = (): unknown => {
      const begun = instances.begin(message, context);
      return isThenable(begun) ? Promise.resolve(begun).then(run) : run(begun);
    };
    return new ResourceMessages(message, start, () => use.leave());
  };
}

/** One resource call and its use of an instance: by the reader of the messages, and by the handler. */
class ResourceUse {
  #uses = 1;
  #call: { end(): void } | undefined;

  begin(call: { end(): void }): void {
    this.#call = call;
    if (this.#uses > 0) return;
    call.end();
    // This error has no reader: the messages are over.
    throw new Error("the host has left the call");
  }

  whileRunning(answer: ResourceResult | Promise<ResourceResult>): ResourceResult | Promise<ResourceResult> {
    if (!isThenable(answer)) return answer;
    this.#uses++;
    return Promise.resolve(answer).finally(() => this.leave());
  }

  leave(): void {
    this.#uses--;
    if (this.#uses === 0) this.#call?.end();
  }
}
