import type { DescMethod } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { ImplementedMajor } from "../../plugin/implement.ts";
import type { Endpoint } from "../context/request-context.ts";
import type { CallObserver } from "./call-observer.ts";
import { type ClassifySource, sourceOfError } from "./call-outcome.ts";
import { endpointOf } from "./endpoint-of.ts";
import { Observation, type Observers } from "./observation.ts";

export interface ObserveOptions {
  /** Says whose fault an exception is. Default: its own `errorSource`; `downstream` for cancelled calls and timeouts. */
  readonly sourceOf?: ClassifySource | undefined;
}

type AnyHandler = (request: unknown, context: HandlerContext) => unknown;

/**
 * Puts observers around the handlers of a plugin: `servePlugin([observeHandlers(implement(v2, { … }), observers)])`. The
 * cheapest form, because the handlers get the same request and context as without it, and answers stay as they are.
 *
 * @param observers the first one is the outermost
 * @returns a copy with the same services; the calls of other contracts than `pluginv2` are not observed
 */
export function observeHandlers(
  plugin: ImplementedMajor,
  observers: readonly CallObserver[],
  { sourceOf = sourceOfError }: ObserveOptions = {},
): ImplementedMajor {
  if (observers.length === 0) return plugin;
  const around: Observers = { list: [...observers], sourceOf };
  const services = plugin.services.map((served) => {
    const { service, implementation } = served;
    if (!service.methods.some((method) => endpointOf(method) !== undefined)) return served;
    const methods = service.methods.flatMap((method) => {
      const handler = implementation[method.localName];
      if (typeof handler !== "function") return [];
      const bound = handler.bind(implementation) as AnyHandler;
      const endpoint = endpointOf(method);
      const observed = endpoint === undefined ? bound : observeHandler(bound, method, endpoint, around);
      return [[method.localName, observed] as const];
    });
    return { service, implementation: Object.fromEntries(methods) };
  });
  return { ...plugin, services };
}

function observeHandler(
  handler: AnyHandler,
  method: DescMethod,
  endpoint: Endpoint,
  observers: Observers,
): AnyHandler {
  const begin = (request: unknown, context: HandlerContext): Observation =>
    new Observation(endpoint, method, request, context, observers);
  return method.methodKind === "unary"
    ? (request, context) => begin(request, context).answerOnce(() => handler(request, context))
    : (request, context) => begin(request, context).answerStream(() => handler(request, context));
}
